// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-mae.yaml`, letter for letter.
  static let demoMae = Preset(
    name: "demo-mae",
    yaml: #"""
    # demo-mae: MAE on the demo's drawn scenes. No teacher: the student sees a quarter of each picture, and a decoder behind
    # it predicts the pixels of the rest.
    #
    #   mvp run demo-mae                              3 shows what it makes of the masked patches
    #   mvp run demo-mae --set mask.masked=50%        fewer of them
    #   mvp run demo-mae --set objective.method=mvp --set guidance.start=clip    the same session under a teacher
    #   mvp methods                                   what other methods have in these places
    about: MAE on drawn scenes, nothing but pictures; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.2, 1]           # MAE's: crops are its only augmentation beside the flip
        flip: 0.5
        jitter: [0, 0, 0]

    student:                      # the demo's sizes; positions, initial values and the rest come with the method
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4

    objective:
      method: mae                 # sparse encoding, decoder, normalised pixels, mse on masked patches, 75% masked at random

    optimizer:
      learning_rate: 1.0e-3
      min_learning_rate: 0
      weight_decay: 0.05
      betas: [0.9, 0.95]          # MAE's
      clip_gradient: none         # as MAE

    schedule:
      steps: 4000
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
