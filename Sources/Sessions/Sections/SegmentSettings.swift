import Recipe

/// How a model that was trained before learns to tell the classes of pixels: section `segment`. The defaults are those
/// of DINOv2's linear segmentation on ADE20K (facebookresearch/dinov2 `dinov2_vitb14_ade20k_linear`), whose pictures
/// are those of mmsegmentation's `ade20k.py`.
package struct SegmentSettings: Equatable, Sendable {
  /// Weights, a checkpoint's folder, or a run: `SESSION`, `SESSION/RUN` or `SESSION/RUN@STEP`.
  package var from: String?
  /// Which of several image towers in the weights; nil chooses by meaning.
  package var tower: String?
  /// Edge of a crop in pixels; nil: that of the weights. Positions are resized where it is another one.
  package var imageSize: PlaneSize?
  package var head: SegmentationHeadKind = .linear
  /// Width of UperNet; nil: as wide as the model.
  package var channels: Int?
  /// Whether the model under the head stays as it is; nil: under the linear head it does.
  package var frozen: Bool?
  /// Factor on the learning rate from a block to the one below it, where the model learns.
  package var layerDecay = 0.75
  /// Highest drop-path rate, where the model learns; it rises linearly with depth.
  package var dropPath = 0.1
  /// What says which class a pixel of a folder's pictures belongs to.
  package var maps: MapKind = .masks
  /// How many classes the maps have; nil: as their list of names or the maps themselves show.
  package var classes: Int?
  /// Whether 0 stands for no class; nil: in ADE20K it does.
  package var reduceZeroLabel: Bool?
  /// Factors on the size that pictures are resized to at random: the shorter side to the crop's, the longer one to at
  /// most four times that.
  package var scale: ClosedRange<Double> = 0.5...2
  /// Share of a crop that one class may have before it is drawn again.
  package var largestShare = 0.75
  /// Whether brightness, contrast, saturation and hue change at random.
  package var distortColours = true
  /// How pictures are shown to the model where they are scored.
  package var inference: SegmentationInference = .slide
  /// Pixels from a window to the next one; nil: two thirds of a window.
  package var stride: Int?

  package init() {}

  /// Whether the model under the head stays as it is.
  package var isFrozen: Bool { frozen ?? (head == .linear) }
}

extension SessionFile {
  /// What a session of segmentation says of it; nil where the task is another.
  package var segmentation: SegmentSettings? { task == .segment ? segment : nil }
}

extension SegmentSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting(
        "from", ifGiven: \.from,
        .optional("none", .text("weights, a checkpoint's folder, or a run as SESSION/RUN or SESSION/RUN@STEP"))),
      Setting("tower", ifGiven: \.tower, .optional("auto", .text("the name of an image tower"))),
      Setting("image_size", \.imageSize, .optional("auto", .size(8...4096))),
      Setting("head", \.head, .choice()),
      Setting("channels", \.channels, .optional("auto", .integer(1...8192))),
      Setting("frozen", \.frozen, .optional("auto", .flag)),
      Setting("layer_decay", \.layerDecay, .number(.over(0, upTo: 1))),
      Setting("drop_path", \.dropPath, .number(.below(0, 1))),
      Setting("maps", \.maps, .choice()),
      Setting("classes", \.classes, .optional("auto", .integer(2...255))),
      Setting("reduce_zero_label", \.reduceZeroLabel, .optional("auto", .flag)),
      Setting("scale", \.scale, .span(.between(0.05, 20), "smallest, largest")),
      Setting("largest_share", \.largestShare, .number(.over(0, upTo: 1))),
      Setting("distort_colours", \.distortColours, .flag),
      Setting("inference", \.inference, .choice()),
      Setting("stride", \.stride, .optional("auto", .integer(1...4096))),
    ]
  }
}
