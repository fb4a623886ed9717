/// What a run trains.
package enum TaskKind: String, Choice {
  /// A student learns by masked image modelling to predict a frozen teacher's features.
  case pretrain
  /// A small CLIP learns which caption belongs to which picture.
  case teachClip = "teach-clip"
  /// A small DINO learns from pictures alone, by self-distillation.
  case teachDino = "teach-dino"
  /// A small tokenizer learns codes that tell a frozen teacher's features: BEiT v2's.
  case teachVQKD = "teach-vqkd"
  /// A model that was trained before learns to tell classes.
  case finetune
  /// A model that was trained before learns to tell the classes of pixels.
  case segment

  /// Whether it begins with a model that was trained before and learns from labelled pictures.
  package var isTuning: Bool { self == .finetune || self == .segment }

  /// Whether it trains a teacher, which pre-training can be guided by.
  package var isTeaching: Bool {
    switch self {
    case .pretrain, .finetune, .segment: false
    case .teachClip, .teachDino, .teachVQKD: true
    }
  }

  /// Whether what it trains is taught by a teacher that was trained before.
  package var isTaught: Bool { usualTeacher != nil }

  /// The shipped teacher that a tokenizer is taught by where a session says nothing else; nil: none teaches.
  package var usualTeacher: String? {
    switch self {
    case .teachVQKD: "clip"
    case .pretrain, .teachClip, .teachDino, .finetune, .segment: nil
    }
  }
}
