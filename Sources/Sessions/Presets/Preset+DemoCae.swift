// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-cae.yaml`, letter for letter.
  static let demoCae = Preset(
    name: "demo-cae",
    yaml: #"""
    # demo-cae: CAE on the demo's drawn scenes. The student reads half of each picture; a regressor finds what it would have
    # made of the other half, and a decoder tells the codes of these patches by a small tokenizer that comes along.
    #
    #   mvp run demo-cae                              `alignment` is how far what is found lies from what the student makes
    #   mvp run demo-cae --set objective.regressor.alignment=0    without holding it against that
    #   mvp run demo-cae --set guidance.clip=shipped --set guidance.start=clip --set objective.loss=cosine    features
    #   mvp methods                                   what other methods have in these places
    about: CAE on drawn scenes, codes of a small tokenizer; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.2, 1]
        flip: 0.5
        jitter: [0, 0, 0]         # CAE's: crops are its only augmentation beside the flip

    student:                      # the demo's sizes; positions, initial values and the rest come with the method
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4

    objective:
      method: cae                 # sparse encoder, regressor and decoder, cross_entropy on masked patches, half masked

    mask:
      masked: 32                  # of 64 patches, exactly half
      minimum: 5                  # patches of the smallest block

    optimizer:
      learning_rate: 1.0e-3
      min_learning_rate: 1.0e-5
      weight_decay: 0.05
      betas: [0.9, 0.999]         # CAE's
      clip_gradient: 3            # CAE's

    schedule:
      steps: 2000
      batch_size: 64
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
