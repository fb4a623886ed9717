// swift-format-ignore-file
extension Preset {
  /// `sessions/poster-systems.yaml`, letter for letter.
  static let posterSystems = Preset(
    name: "poster-systems",
    yaml: #"""
    # poster-systems: the systems that MVP's poster compares, in small, on drawn scenes: each trains a student of one size
    # by its own method, and is judged as the poster judges, beside an untrained student, and a student whose teacher is
    # random.
    #
    #   mvp ablate poster-systems --seeds 0,1,2                 equal steps
    #   mvp ablate poster-systems --seeds 0,1,2 --seconds 60    equal time: a method of short steps makes more of them
    #
    # One learning rate for all, which was chosen under CLIP guidance. Budgets are of minutes, where the papers have
    # hundreds of passes over ImageNet: what this ranks is what a method learns soon, on simple pictures.
    about: The poster's systems in small, by fine-tuning, segmentation, probes and depth
    seed: 0

    data:
      kind: scenes                # scenes: drawn, nothing to download | folder: JPEG and PNG pictures below `path`
      seed: 0                     # seed and index make a picture
      range: [100000, 116000]     # 16,000 pictures; the teachers and the evaluations use other indices
      image_size: 64              # pixels
      augmentation:
        scale: [0.5, 1]           # share of the picture's area in a crop
        flip: 0.5                 # probability
        jitter: [0.2, 0.2, 0.2]   # brightness, contrast, saturation
        crops: fresh              # fresh ones in every epoch
      workers: 1                  # threads that make batches ready ahead of training

    student:                      # 4 blocks of 128, as the demo's; MAE and CAE have positions of their own
      image_size: 64              # pixels of a crop
      patch_size: 8               # 8 x 8 patches and CLS: 65 tokens
      width: 128
      depth: 4
      heads: 4
      layer_scale: none
      positions: learned          # under CLIP, soon taught more by these than by BEiT's tables of biases
      relative_position_bias: false
      initial_values: width       # as wide as the model is narrow

    guidance:
      start: clip
      clip: shipped               # trained on drawn scenes and captions, `mvp teach clip`
      dino: shipped               # trained on drawn scenes alone, `mvp teach dino`
      random: random              # a network like the student that was never trained: the control

    optimizer:                    # AdamW
      learning_rate: 1.0e-3
      min_learning_rate: 1.0e-5
      warmup_steps: auto          # a thirtieth of the run
      weight_decay: 0.05
      betas: [0.9, 0.98]
      clip_gradient: 3

    schedule:
      steps: 600
      batch_size: 32              # in the same time 600 such steps teach more than 300 of 64
      checkpoint_every: 300
      keep_checkpoints: 1
      eval_every: 0               # steps between evaluations on the way; 0: none

    evals:                        # on labelled scenes apart from all others; chance is one in twelve
      data:
        kind: scenes
        train_range: [200000, 204000]
        test_range: [206000, 208000]
      linear:
        iterations: 200
      finetune:                   # a copy learns from 2,000 labelled scenes
        epochs: 5
        pictures: 2000
      segment:                    # a linear head on frozen patches
        steps: 300
        pictures: 2000
      at_end: [finetune, segment, linear, knn, depth]

    ablation:
      over: system
      cells:
        mvp clip: [objective.method=mvp, guidance.start=clip]
        mvp dino: [objective.method=mvp, guidance.start=dino]
        mvp clip+dino: [objective.method=mvp, guidance.start=clip+dino]
        beit: objective.method=beit
        beit2: objective.method=beit2
        peco: objective.method=peco
        mae: objective.method=mae
        maskfeat: objective.method=maskfeat
        cae: objective.method=cae
        dino: objective.method=dino
        self: objective.method=self
        random teacher: [objective.method=mvp, guidance.start=random]

    """#)
}
