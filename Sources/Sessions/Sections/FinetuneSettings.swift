import Recipe

/// How a model that was trained before learns to tell classes: section `finetune`. The defaults are BEiT's for ViT-B on
/// ImageNet-1K (microsoft/unilm `beit/get_started_for_image_classification.md`, `run_class_finetuning.py`).
package struct FinetuneSettings: Equatable, Sendable {
  /// Weights, a checkpoint's folder, or a run: `SESSION`, `SESSION/RUN` or `SESSION/RUN@STEP`.
  package var from: String?
  /// Which of several image towers in the weights; nil chooses by meaning.
  package var tower: String?
  /// Edge of a crop in pixels; nil: that of the weights. Positions are resized where it is another one.
  package var imageSize: PlaneSize?
  /// What of the model the classifier sees: the patches' mean behind a norm of its own, or CLS behind the final norm.
  package var pooling: PooledFeature = .mean
  /// Factor on the learning rate from a block to the one below it.
  package var layerDecay = 0.65
  /// Highest drop-path rate; it rises linearly with depth.
  package var dropPath = 0.1
  /// Parameters of the beta distributions of mixup and cutmix; 0: none of it.
  package var mixup = 0.8
  package var cutmix = 1.0
  /// Share of batches that are mixed, and of those, where there are both, the share that is cut.
  package var mixProbability = 1.0
  package var cutmixShare = 0.5
  package var labelSmoothing = 0.1
  /// Strength of RandAugment's operations, 0...10; nil: there are none. With them colours are not jittered where
  /// `data.augmentation.jitter` does not say so, as in timm.
  package var randAugment: Double? = 9
  /// Share of pictures that lose a box to noise.
  package var randomErasing = 0.25
  /// Share of the resized shorter side that pictures are scored by.
  package var testCrop = 0.875
  /// Factor on the initial weights of the head.
  package var headScale = 0.001
  /// Decay of a moving average of the weights, which is then what is judged and kept; nil: none.
  package var ema: Double?

  package init() {}
}

extension FinetuneSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting(
        "from", ifGiven: \.from,
        .optional("none", .text("weights, a checkpoint's folder, or a run as SESSION/RUN or SESSION/RUN@STEP"))),
      Setting("tower", ifGiven: \.tower, .optional("auto", .text("the name of an image tower"))),
      Setting("image_size", \.imageSize, .optional("auto", .size(8...4096))),
      Setting("pooling", \.pooling, .choice()),
      Setting("layer_decay", \.layerDecay, .number(.over(0, upTo: 1))),
      Setting("drop_path", \.dropPath, .number(.below(0, 1))),
      Setting("mixup", \.mixup, .number(.between(0, 100))),
      Setting("cutmix", \.cutmix, .number(.between(0, 100))),
      Setting("mix_probability", \.mixProbability, .number(.between(0, 1))),
      Setting("cutmix_share", \.cutmixShare, .number(.between(0, 1))),
      Setting("label_smoothing", \.labelSmoothing, .number(.below(0, 1))),
      Setting("rand_augment", \.randAugment, .optional("none", .number(.between(0, 10)))),
      Setting("random_erasing", \.randomErasing, .number(.between(0, 1))),
      Setting("test_crop", \.testCrop, .number(.between(0.1, 1))),
      Setting("head_scale", \.headScale, .number(.over(0, upTo: 100))),
      Setting("ema", \.ema, .optional("none", .number(.below(0, 1)))),
    ]
  }
}
