// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-beit.yaml`, letter for letter.
  static let demoBeit = Preset(
    name: "demo-beit",
    yaml: #"""
    # demo-beit: BEiT on the demo's drawn scenes. A small tokenizer that comes with the program makes each patch one of
    # 256 codes, and the student tells the codes of masked patches.
    #
    #   mvp run demo-beit                             3 shows which codes it tells right, and the picture they stand for
    #   mvp run demo-beit --set guidance.clip=shipped     g goes on from codes to CLIP's features, each with its own head
    #   mvp teach dvae --output dvae.safetensors      makes such a tokenizer; --set guidance.dvae=FILE takes one
    #   mvp methods                                   what other methods have in these places
    about: BEiT on drawn scenes with a small tokenizer that ships; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.2, 1]           # BEiT v2's; BEiT's smallest crops leave little of a scene
        flip: 0.5
        jitter: [0, 0, 0]         # colours are much of what tells scenes apart

    student:                      # the demo's
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4
      layer_scale: none           # this and the next two are the demo's, in place of BEiT's
      positions: learned
      relative_position_bias: false
      initial_values: width       # for a narrow student, as the demo

    objective:
      method: beit                # dense encoding, linear head, cross-entropy on masked patches, 38% masked in blocks

    optimizer:
      learning_rate: 1.0e-3
      min_learning_rate: 1.0e-5
      weight_decay: 0.05
      betas: [0.9, 0.98]
      clip_gradient: 3            # as BEiT

    schedule:
      steps: 2000
      batch_size: 32
      checkpoint_every: 500

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
