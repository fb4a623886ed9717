/// What a run trains.
package enum TaskKind: String, Choice {
  /// A student learns by masked image modelling to predict a frozen teacher's features.
  case pretrain
  /// A small CLIP learns which caption belongs to which picture.
  case teachClip = "teach-clip"
  /// A small DINO learns from pictures alone, by self-distillation.
  case teachDino = "teach-dino"
  /// A small discrete autoencoder learns the codes that BEiT predicts.
  case teachDvae = "teach-dvae"
  /// A model that was trained before learns to tell classes.
  case finetune
  /// A model that was trained before learns to tell the classes of pixels.
  case segment

  /// Whether it begins with a model that was trained before and learns from labelled pictures.
  package var isTuning: Bool { self == .finetune || self == .segment }

  /// Whether it trains a teacher or a tokenizer, which pre-training can be guided by.
  package var isTeaching: Bool {
    switch self {
    case .pretrain, .finetune, .segment: false
    case .teachClip, .teachDino, .teachDvae: true
    }
  }

  /// Whether what it trains has features of pictures, by which it can be judged.
  package var hasFeatures: Bool { self != .teachDvae }
}
