// swift-format-ignore-file
extension Preset {
  /// `sessions/poster-mini.yaml`, letter for letter.
  static let posterMini = Preset(
    name: "poster-mini",
    yaml: #"""
    # poster-mini: MVP's comparison in small, on drawn scenes: the same student under CLIP and under DINO guidance, from the
    # same weights, in the same order, under the same masks, judged as the paper judges: fine-tuned, and by segmentation,
    # beside kNN and a linear probe. Each score stands beside the untrained student's and the teacher's.
    #
    #   mvp ablate poster-mini --over guidance.start=clip,dino --seeds 0,1,2    the table, six minutes a run on two cores
    #
    # With --set evals.data.test_looks=any the scenes that are scored on have outlines alone that tell the class.
    about: The paper's comparison of CLIP and DINO guidance in small, by fine-tuning, segmentation and probes
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
        crops: fresh              # fresh ones in every epoch | a number of them that comes again
      workers: 1                  # threads that make batches ready ahead of training

    student:                      # a ViT of 0.8 million parameters
      image_size: 64              # pixels of a crop
      patch_size: 8               # 8 x 8 patches and CLS: 65 tokens
      width: 128
      depth: 4
      heads: 4
      layer_scale: none
      positions: learned          # learned | sincos | none
      relative_position_bias: false
      qkv_bias: query_value       # BEiT's: none on the keys
      initial_values: width       # beit: 0.02 at any width | width: as wide as the model is narrow

    guidance:                     # frozen teachers; g switches while the run goes on
      start: clip
      clip:
        weights: shipped          # trained on drawn scenes and captions, `mvp teach clip`
        project: on               # targets go through CLIP's projection
      dino:
        weights: shipped          # trained on drawn scenes alone, `mvp teach dino`

    objective:
      loss: cosine                # cosine | smooth_l1 | mse
      tokens: cls+masked          # cls+masked | masked | all | visible

    mask:
      kind: blockwise             # blockwise (BEiT) | cyclic | random (MAE) | grid | attention (MILAN)
      masked: 26                  # of 64 patches, 40%; a share (0.4) or a percentage (40%) does as well
      minimum: 5                  # patches of the smallest block

    optimizer:                    # AdamW
      learning_rate: 1.0e-3
      learning_rate_scale: 1      # on the whole schedule; may change while the run goes on
      reference_batch: none       # the rate holds for this file's batch size; no scaling
      min_learning_rate: 1.0e-5
      warmup_learning_rate: 1.0e-6
      warmup_steps: auto          # a thirtieth of the run, as 10 epochs of 300
      weight_decay: 0.05
      betas: [0.9, 0.98]
      clip_gradient: 3

    schedule:
      steps: 900
      batch_size: 64
      checkpoint_every: 250
      keep_checkpoints: 2
      eval_every: 0               # steps between evaluations on the way; 0: none

    evals:                        # on labelled scenes apart from all others; chance is one in twelve
      data:
        kind: scenes
        train_range: [200000, 206000]
        test_range: [206000, 208000]
      knn:
        k: 20
        temperature: 0.07
      linear:
        iterations: 200
      finetune:                   # a copy learns from 2,000 labelled scenes
        epochs: 10
        pictures: 2000
      segment:                    # a linear head on frozen patches
        steps: 600
        pictures: 2000
      at_end: [finetune, segment, linear, knn, zeroshot]

    preview:
      count: 16                   # pictures to step through
      every: 10                   # steps, more where that would take a fiftieth of the time; 0: when asked

    engine:                       # none of it changes what is learned, but for rounding
      device: cpu                 # cpu | torch-cpu | cuda | cuda:1; all but cpu by libtorch: see `mvp torch --help`
      dtype: fp32                 # fp32 | bf16 (on cpu: with AVX512_BF16)
      backend: auto               # library of matrix products: auto | native | openblas | onednn
      recompute: false            # blocks computed again in the backward pass: less memory, more time
      loss_tokens_only: false     # what follows the last attention for the tokens of the loss alone
      teacher_cache: false        # teachers' features on disk; needs data.augmentation.crops

    health:
      features_every: auto        # steps between two measurements of the spread of the student's features; 0: none
      bell: false                 # the terminal's bell when something is wrong
      command: none               # a shell command to start then; it finds what is wrong in MVP_CONDITION, MVP_CAUSE ...

    """#)
}
