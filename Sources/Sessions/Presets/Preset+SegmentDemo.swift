// swift-format-ignore-file
extension Preset {
  /// `sessions/segment-demo.yaml`, letter for letter.
  static let segmentDemo = Preset(
    name: "segment-demo",
    yaml: #"""
    # segment-demo: a linear head on the demo's frozen student learns which shape each pixel of the drawn scenes belongs to.
    #
    #   mvp run demo                                            first: the student
    #   mvp run segment-demo                                    its newest run, minutes on two cores
    #   mvp run segment-demo --set segment.from=demo/RUN@250    another run, an earlier step
    #   mvp run segment-demo --set segment.frozen=false         the student learns too
    about: A linear head on the demo's student tells the drawn scenes' shapes by pixel; minutes on two cores
    task: segment
    seed: 0

    segment:
      from: demo                  # SESSION, SESSION/RUN, SESSION/RUN@STEP, a checkpoint's folder, or any weights
      head: linear                # batch norm and a 1x1 convolution on the patches of the last block
      frozen: true                # false: the student learns too, each block the slower the lower it lies
      scale: [0.75, 1.5]          # factors on the size, drawn for each picture, before a crop of 64 pixels
      largest_share: 0.75         # a crop in which one class has more is drawn again
      distort_colours: true       # brightness, contrast, saturation and hue
      inference: slide            # windows over pictures of any shape | whole: the picture in one square

    data:                         # learned from; scored on evals.data.test_range
      kind: scenes
      range: [200000, 202000]
      augmentation:
        flip: 0.5

    optimizer:                    # AdamW
      learning_rate: 3.0e-3
      min_learning_rate: 0
      warmup_steps: 30
      decay: linear
      weight_decay: 1.0e-4
      betas: [0.9, 0.999]

    schedule:
      steps: 600
      batch_size: 32
      checkpoint_every: 200
      eval_every: 200             # steps between two measurements of the mIoU

    evals:
      data:
        kind: scenes
        test_range: [206000, 207000]

    """#)
}
