// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-maskfeat.yaml`, letter for letter.
  static let demoMaskfeat = Preset(
    name: "demo-maskfeat",
    yaml: #"""
    # demo-maskfeat: the demo's scenes and student by MaskFeat, which predicts histograms of oriented gradients.
    #
    #   mvp run demo-maskfeat                         watch it train; 3 shows target and prediction as edges
    #   mvp run demo-maskfeat --headless --json       events as JSON lines
    #
    # g switches to a teacher while the run goes on, with a head of its own, and back.
    about: Drawn scenes by MaskFeat, targets computed from the pictures; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.5, 1]
        flip: 0.5
        jitter: [0.2, 0.2, 0.2]

    student:                      # the demo's sizes; positions, layer scale and the rest come with the method
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4
      initial_values: width       # as wide as the model is narrow

    guidance:                     # targets; g switches while the run goes on
      start: hog
      hog: computed               # histograms of oriented gradients: no weights
      clip: shipped
      dino: shipped

    objective:
      method: maskfeat            # a head with a norm of its own, mse on masked patches, 40% masked in blocks

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
      keep_checkpoints: 2

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
