// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-dino.yaml`, letter for letter.
  static let demoDino = Preset(
    name: "demo-dino",
    yaml: #"""
    # demo-dino: DINO on the demo's drawn scenes. No teacher from outside, no masks: every crop of a picture must find the
    # prototypes that the student's own average finds for another crop of it. The average is what evaluations judge.
    #
    #   mvp run demo-dino
    #   mvp run demo-dino --set objective.dino.local_crops=4    more small crops, more time
    #   mvp methods                                   what other methods have in these places
    about: DINO on drawn scenes, nothing but pictures; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.5, 1]           # of large crops
        flip: 0.5
        jitter: [0.4, 0.4, 0.4]   # colours are what a small model learns first, where crops have them in common

    student:                      # the demo's sizes; positions and the rest come with the method
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4
      initial_values: width

    objective:
      method: dino
      dino:
        prototypes: 256
        local_crops: 2
        local_size: 32
        local_scale: [0.15, 0.4]
        centering: sinkhorn       # assignments of a batch are balanced over prototypes

    optimizer:
      learning_rate: 1.0e-3
      min_learning_rate: 1.0e-5
      weight_decay: 0.04          # DINO's at the start
      betas: [0.9, 0.999]
      clip_gradient: 3            # DINO's

    schedule:
      steps: 1500
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
