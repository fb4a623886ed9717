import Measures

/// What the recipes of teachers measure beside what every training does.
extension Metric {
  /// How often a picture finds its own caption among those of the batch.
  package static let captionAccuracy = Metric(
    key: "caption_accuracy", name: "caption found", shortName: "captions", format: .fixed(3), better: .more)

  /// What cosines of pictures and captions are multiplied with.
  package static let logitScale = Metric(key: "logit_scale", name: "logit scale", shortName: "scale", isSmoothed: false)

  /// The loss over ln(prototypes): 1 where nothing is learnt.
  package static let relativeLoss = Metric(
    key: "relative_loss", name: "relative loss", shortName: "rel loss", format: .fixed(3), better: .less)

  /// Of the teacher's assignments of a picture, in nats.
  package static let assignmentEntropy = Metric(
    key: "assignment_entropy", name: "assignment entropy", shortName: "entropy", format: .fixed(3))

  /// Entropy of the mean assignment of the batch, in nats: how evenly prototypes are used.
  package static let prototypeUsage = Metric(
    key: "prototype_usage", name: "prototype usage", shortName: "usage", format: .fixed(3), better: .more)

  package static let teacherTemperature = Metric(
    key: "teacher_temperature", name: "teacher temperature", shortName: "teacher T", format: .fixed(3),
    isSmoothed: false)

  /// Of the teacher's moving average.
  package static let teacherMomentum = Metric(
    key: "teacher_momentum", name: "teacher momentum", shortName: "momentum", format: .fixed(4), isSmoothed: false)
}

extension Metric {
  /// Between pictures and what is made of their codes, of values in -1...1.
  package static let reconstructionLoss = Metric(
    key: "reconstruction_loss", name: "reconstruction loss", shortName: "rebuilt", format: .fixed(4), better: .less)

  /// Of the softmax over codes.
  package static let codeTemperature = Metric(
    key: "code_temperature", name: "code temperature", shortName: "code T", format: .fixed(3), isSmoothed: false)
}

extension TeachingRecipe {
  /// What every recipe's step measures.
  static var usualMetrics: [Metric] {
    [.loss, .learningRate, .gradientNorm, .imagesPerSecond, .stepSeconds, .dataSeconds, .forwardSeconds]
      + [.backwardSeconds, .optimizerSeconds]
  }
}
