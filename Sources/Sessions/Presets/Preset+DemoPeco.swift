// swift-format-ignore-file
extension Preset {
  /// `sessions/demo-peco.yaml`, letter for letter.
  static let demoPeco = Preset(
    name: "demo-peco",
    yaml: #"""
    # demo-peco: a codebook after PeCo on the demo's drawn scenes. The student tells the code of each masked patch; codes
    # come from a small VQ-VAE whose pictures were compared in the eyes of the shipped DINO, too (`mvp teach peco`).
    #
    # PeCo's code and weights are not public. Of the method the paper's abstract fixes a VQ-VAE with a perceptual loss on
    # deep features of a self-supervised transformer; everything else here is inferred.
    #
    #   mvp run demo-peco                             3 shows the pictures of the codes that the student tells
    #   mvp run demo-peco --set guidance.peco.weights=mine.safetensors       codes of your own
    about: A perceptual codebook after PeCo on drawn scenes; minutes on two cores
    seed: 0

    data:
      kind: scenes                # as the demo
      range: [100000, 116000]
      image_size: 64
      augmentation:
        scale: [0.2, 1]
        flip: 0.5

    student:                      # the demo's
      image_size: 64
      patch_size: 8
      width: 128
      depth: 4
      heads: 4
      layer_scale: none           # this and the next two are the demo's, in place of BEiT's
      positions: learned
      relative_position_bias: false
      initial_values: width       # spreads for narrow students, as the demo

    guidance:
      start: peco
      peco: shipped               # 256 codes of 8 x 8 pixels
      clip: shipped

    objective:
      method: peco                # blocks masked, cross-entropy of masked patches' codes

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
