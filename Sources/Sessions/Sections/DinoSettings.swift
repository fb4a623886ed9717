import Recipe

/// What self-distillation over several crops does, by method dino: section `objective.dino`.
package struct DinoSettings: Equatable, Sendable {
  /// Prototypes that crops are assigned to.
  package var prototypes = 256
  /// Small crops of a picture beside the two large ones.
  package var localCrops = 2
  /// Of a small crop, in pixels; nil: half of each side of a large one.
  package var localSize: PlaneSize?
  /// Share of the picture's area in a small crop; that of a large one is `data.augmentation.scale`.
  package var localScale: ClosedRange<Double> = 0.15...0.4
  package var centering = DinoCentering.sinkhorn
  /// Of the teacher's assignments, at first and once it has risen: with sinkhorn in deviations of the logits (nil: 0.3,
  /// 0.4), with mean in cosines (nil: 0.04, 0.07 as facebookresearch/dino).
  package var temperatures: [Double]?
  /// What the teacher keeps of itself in a step, at first; it rises to 1. nil: by the run's length.
  package var momentum: Double?

  package init() {}

  package func localSize(of student: StudentSettings) -> PlaneSize {
    let half = student.grid / 2
    return localSize ?? PlaneSize(height: max(1, half.height), width: max(1, half.width)) * student.patchSize
  }
}

extension DinoSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("prototypes", \.prototypes, .integer(2...1_048_576)),
      Setting("local_crops", \.localCrops, .integer(0...64)),
      Setting("local_size", \.localSize, .optional("auto", .size(1...4096))),
      Setting("local_scale", \.localScale, .span(.between(0.001, 1), "smallest, largest")),
      Setting("centering", \.centering, .choice()),
      Setting("temperatures", \.temperatures, .optional("auto", .numbers(2, .over(0, upTo: 100), "first, last"))),
      Setting("momentum", \.momentum, .optional("auto", .number(.between(0, 1)))),
    ]
  }
}
