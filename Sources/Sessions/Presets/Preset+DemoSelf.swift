// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-self.yaml`, letter for letter.
  static let demoSelf = Preset(
    name: "demo-self",
    yaml: #"""
    # demo-self: a student that guides itself, on the demo's drawn scenes. Its targets are its own features of the whole
    # picture, by a slow average of its weights, as data2vec's; no teacher, and nothing that keeps it from collapsing but
    # the average being slow. `target deviation` among the curves shows whether it does.
    #
    #   mvp run demo-self
    #   mvp run demo-self --set guidance.clip=shipped --set guidance.start=clip+self    a teacher beside it
    #   mvp methods                                   what other methods have in these places
    about: A student that guides itself on drawn scenes, nothing but pictures; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.5, 1]
        flip: 0.5
        jitter: [0.2, 0.2, 0.2]

    student:                      # the demo's
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4
      layer_scale: none
      positions: learned
      relative_position_bias: false
      initial_values: width

    objective:
      method: self                # dense, blocks masked, the average's features, smooth_l1 on masked patches
      smooth_l1_beta: 2           # data2vec's for its base model

    mask:
      kind: blockwise
      masked: 38                  # of 64 patches, 60%: data2vec's share for pictures
      minimum: 5

    optimizer:
      learning_rate: 1.0e-3
      min_learning_rate: 1.0e-5
      weight_decay: 0.05
      betas: [0.9, 0.98]
      clip_gradient: 3

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
