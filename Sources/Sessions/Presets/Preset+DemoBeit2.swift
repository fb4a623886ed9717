// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-beit2.yaml`, letter for letter.
  static let demoBeit2 = Preset(
    name: "demo-beit2",
    yaml: #"""
    # demo-beit2: BEiT v2 on the demo's drawn scenes. The student tells the code that a small tokenizer gives each masked
    # patch, and a second time through its CLS token. The tokenizer was taught by the shipped CLIP (`mvp teach vqkd`).
    #
    #   mvp run demo-beit2                            g switches from codes to CLIP's features, each with a head of its own
    #   mvp run demo-beit2 --set objective.head=linear        without the second prediction
    #   mvp run demo-beit2 --set guidance.vqkd.weights=mine.safetensors      codes of your own
    about: BEiT v2 on drawn scenes, codes that tell CLIP's features; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.2, 1]           # BEiT v2's smallest crop
        flip: 0.5

    student:                      # the demo's
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4                    # the second prediction reads block 3 of them
      heads: 4
      layer_scale: none           # this and the next two are the demo's, in place of BEiT's
      positions: learned
      relative_position_bias: false
      initial_values: width       # spreads for narrow students, as the demo

    guidance:
      start: vqkd
      vqkd: shipped               # a tokenizer of 256 codes, taught by clip
      clip: shipped

    objective:
      method: beit2               # blocks masked, cross-entropy of masked patches' codes, linear+cls

    optimizer:
      learning_rate: 1.0e-3
      min_learning_rate: 1.0e-5
      weight_decay: 0.05
      betas: [0.9, 0.98]
      clip_gradient: 3

    schedule:
      steps: 1800
      batch_size: 32
      checkpoint_every: 250

    evals:                        # on the demo's labelled scenes; chance is one in twelve
      data:
        kind: scenes
        train_range: [200000, 206000]
        test_range: [206000, 208000]
      linear:
        iterations: 200
      at_end: [knn, linear]

    """#)
}
