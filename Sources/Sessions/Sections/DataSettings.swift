import Recipe

/// Where the pictures of a session come from and how they are cropped: section `data`.
package struct DataSettings: Equatable, Sendable {
  package enum Kind: String, Choice {
    /// Procedurally drawn pictures; nothing to download.
    case scenes
    /// Pictures below a folder, flat or in class directories; or in shards, binary files or a list.
    case folder
  }

  package var kind: Kind = .scenes
  /// Folder or file of pictures, for ``Kind/folder``.
  /// ``loadSession(_:sessionsDirectory:overrides:workingDirectory:)`` makes it absolute.
  package var path: String?
  /// How to get the pictures, in words; shown where `path` is not there.
  package var source = ""
  /// Seed of drawn scenes; pictures with the same seed and index are the same picture.
  package var seed: UInt64 = 0
  /// Indices of drawn scenes to train on.
  package var range: Range<Int> = 100_000..<116_000
  /// Of drawn scenes, in pixels, before cropping.
  package var imageSize: PlaneSize = 64
  /// Values of a pixel: 1 for grey, 3 for colours, else as many as the files have.
  package var channels = 3
  /// Of the pixels of a student, in 0...1, and their deviation, by channel; nil: ImageNet's of colours, 0.5 of others.
  package var mean: [Double]?
  package var deviation: [Double]?
  /// Of the pictures that fine-tuning and segmentation learn from, so many at the most, drawn by the seed; nil: all.
  package var pictures: Int?
  package var augmentation = AugmentationSettings()
  /// Threads that decode and crop ahead of training.
  package var workers = 1
  /// Batches that are made ready ahead of training.
  package var prefetchBatches = 4

  package init() {}
}

extension DataSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("kind", \.kind, .choice()),
      Setting("path", ifGiven: \.path, .optional("none", .text("a folder"))),
      Setting("source", \.source, .text("words that say how to get the pictures"))
        .omitted { $0.source.isEmpty },
      Setting("seed", \.seed, .seed),
      Setting("range", \.range, .indices),
      Setting("image_size", \.imageSize, .size(8...4096)),
      Setting("channels", \.channels, .integer(1...256)).omitted { $0.channels == 3 },
      Setting("mean", ifGiven: \.mean, .optional("auto", .numbers(.between(0, 1), "the mean of each channel"))),
      Setting(
        "std", ifGiven: \.deviation,
        .optional("auto", .numbers(.between(1e-4, 10), "the standard deviation of each channel"))),
      Setting("pictures", ifGiven: \.pictures, .optional("all", .integer(2...1_000_000_000))),
      Setting("augmentation", section: \.augmentation),
      Setting("workers", \.workers, .integer(1...256)),
      Setting("prefetch_batches", \.prefetchBatches, .integer(1...64)),
    ]
  }
}

/// Random crops of the pre-training pictures: section `data.augmentation`. Colour jitter comes before the crop, as in
/// BEiT's data pipeline (microsoft/unilm beit/datasets.py).
package struct AugmentationSettings: Equatable, Sendable {
  /// Share of the picture's area that a crop covers.
  package var scale: ClosedRange<Double> = 0.2...1
  /// Width over height of a crop before it is resized to the student's size.
  package var ratio: ClosedRange<Double> = 0.75...(4.0 / 3.0)
  /// Probability of a horizontal flip.
  package var flip = 0.5
  /// Strength of brightness, contrast and saturation jitter; 0 leaves the colour alone.
  package var jitter: [Double] = [0.4, 0.4, 0.4]
  /// Crops, flips and colours that a picture comes in: epoch e shows number e mod `crops` again. Nil: new ones in every
  /// epoch.
  package var crops: Int?

  package init() {}
}

extension AugmentationSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("scale", \.scale, .span(.between(0.001, 1), "smallest, largest")),
      Setting("ratio", \.ratio, .span(.between(0.01, 100), "narrowest, widest")),
      Setting("flip", \.flip, .number(.between(0, 1))),
      Setting("jitter", \.jitter, .numbers(3, .between(0, 1), "brightness, contrast, saturation")),
      Setting("crops", \.crops, .optional("fresh", .integer(1...65_536))),
    ]
  }
}
