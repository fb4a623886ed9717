// swift-format-ignore-file
extension Preset {
  /// `sessions/mvp-l16-ade20k.yaml`, letter for letter.
  static let mvpL16ADE20K = Preset(
    name: "mvp-l16-ade20k",
    yaml: #"""
    # mvp-l16-ade20k: segmentation of mvp-l16-imagenet.
    #
    #   mvp run mvp-l16-ade20k --set data.path=/data/ADEChallengeData2016 --set segment.from=mvp-l16-imagenet
    #
    # The poster does not say how it segmented. Behind every value stands where it comes from:
    #   BEiT v2   its recipe for UperNet on ADE20K with a ViT-L/16 (microsoft/unilm, beit2/semantic_segmentation/configs)
    #   mmseg     what that recipe leaves to mmsegmentation (configs/_base_/datasets/ade20k.py, mmseg/datasets/pipelines)
    # It has 440,398,636 parameters; a step of 16 pictures takes about 60 TFLOP: an accelerator's work.
    about: UperNet on mvp-l16-imagenet for ADE20K, 512 px, 160k steps, by BEiT v2's recipe; needs ADE20K
    task: segment
    seed: 0

    segment:
      from: mvp-l16-imagenet             # its newest run; any weights of a ViT-L/16 do
      image_size: 512                     # BEiT v2: crop_size
      head: upernet                       # BEiT v2; from blocks 8, 12, 16 and 24
      channels: 1024                       # BEiT v2: the width of the model
      frozen: false                       # BEiT v2
      layer_decay: 0.9                   # BEiT v2
      drop_path: 0.2                     # BEiT v2
      maps: masks
      classes: 150                        # ADE20K
      reduce_zero_label: true             # mmseg: 0 is no class
      scale: [0.5, 2]                     # mmseg: ratio_range, of (2048, 512)
      largest_share: 0.75                 # mmseg: cat_max_ratio
      distort_colours: true               # mmseg: PhotoMetricDistortion
      inference: slide                    # BEiT v2
      stride: 341                         # BEiT v2

    data:
      kind: folder
      path: ../data/ADEChallengeData2016  # 20,210 pictures to learn from, 2,000 to be scored on
      source: >-
        ADE20K, scene parsing benchmark (ADEChallengeData2016.zip) from sceneparsing.csail.mit.edu
      augmentation:
        flip: 0.5                         # mmseg
      workers: 4

    optimizer:                            # BEiT v2: AdamW
      learning_rate: 4.0e-5               # BEiT v2 for ViT-L
      min_learning_rate: 0                # BEiT v2
      warmup_learning_rate: 4.0e-11       # BEiT v2: warmup_ratio 1e-6
      warmup_steps: 1500                  # BEiT v2
      decay: linear                       # BEiT v2: poly of power 1
      weight_decay: 0.05                  # BEiT v2
      betas: [0.9, 0.999]                 # BEiT v2
      epsilon: 1.0e-8                     # torch
      clip_gradient: none                 # BEiT v2

    schedule:
      steps: 160000                       # BEiT v2
      batch_size: 16                      # BEiT v2: 8 x 2, of which batch norms see all 16
      checkpoint_every: 4000
      eval_every: 16000                   # BEiT v2

    """#)
}
