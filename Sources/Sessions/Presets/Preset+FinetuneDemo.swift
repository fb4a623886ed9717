// swift-format-ignore-file
extension Preset {
  /// `sessions/finetune-demo.yaml`, letter for letter.
  static let finetuneDemo = Preset(
    name: "finetune-demo",
    yaml: #"""
    # finetune-demo: the demo's student learns to tell the twelve classes of the drawn scenes, from 2,000 labelled pictures.
    #
    #   mvp run demo                                            first: the student
    #   mvp run finetune-demo                                   its newest run, about two minutes on two cores
    #   mvp run finetune-demo --set finetune.from=demo/RUN@250  another run, an earlier step
    about: The demo's student learns to tell the drawn scenes' classes; minutes on two cores
    task: finetune
    seed: 0

    finetune:
      from: demo                  # SESSION, SESSION/RUN, SESSION/RUN@STEP, a checkpoint's folder, or any weights
      pooling: mean               # mean: of the patches, as BEiT | cls
      layer_decay: 0.75           # rate of a block over that of the block above it
      drop_path: 0                # this and the next four would slow down so short a run; the recipe has 0.1,
      mixup: 0                    # 0.8,
      cutmix: 0                   # 1,
      rand_augment: none          # 9, fifteen changes of colour and shape, two a picture,
      random_erasing: 0           # and 0.25
      label_smoothing: 0.1
      test_crop: 1                # of the resized shorter side; drawn scenes fill their pictures
      ema: none                   # decay of a moving average of the weights that is judged in their place

    data:                         # learned from; scored on evals.data.test_range
      kind: scenes
      range: [200000, 202000]
      augmentation:
        scale: [0.5, 1]
        flip: 0.5
        jitter: [0.2, 0.2, 0.2]

    optimizer:                    # AdamW
      learning_rate: 2.0e-3
      min_learning_rate: 1.0e-6
      warmup_epochs: 1
      weight_decay: 0.05
      betas: [0.9, 0.999]

    schedule:
      epochs: 12
      batch_size: 64
      checkpoint_every: 100
      eval_epochs: 2              # passes between two measurements of the accuracy

    evals:
      data:
        kind: scenes
        test_range: [206000, 208000]

    """#)
}
