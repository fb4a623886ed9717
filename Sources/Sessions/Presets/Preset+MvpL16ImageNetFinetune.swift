// swift-format-ignore-file
extension Preset {
  /// `sessions/mvp-l16-imagenet-finetune.yaml`, letter for letter.
  static let mvpL16ImageNetFinetune = Preset(
    name: "mvp-l16-imagenet-finetune",
    yaml: #"""
    # mvp-l16-imagenet-finetune: fine-tuning of the poster's row "MVP, ViT-L/16, 86.3 top-1 after fine-tuning".
    #
    #   mvp run mvp-l16-imagenet-finetune --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val --set finetune.from=mvp-l16-imagenet
    #
    # The poster does not say how it fine-tuned. Behind every value stands where it comes from:
    #   BEiT      its recipe for ViT-L on ImageNet-1K (microsoft/unilm, beit/get_started_for_image_classification.md and
    #             beit/run_class_finetuning.py)
    #   timm      what that recipe leaves to timm (timm/data: auto_augment.py, random_erasing.py, mixup.py)
    about: Fine-tuning of mvp-l16-imagenet on ImageNet-1K by BEiT's recipe, 50 epochs; needs ImageNet
    task: finetune
    seed: 0

    finetune:
      from: mvp-l16-imagenet              # its newest run; any weights of a ViT-L/16 do
      image_size: 224                     # BEiT
      pooling: mean                       # BEiT: patches, behind a norm of their own
      layer_decay: 0.75                   # BEiT
      drop_path: 0.2                      # BEiT
      mixup: 0.8                          # BEiT
      cutmix: 1                           # BEiT
      mix_probability: 1                  # BEiT
      cutmix_share: 0.5                   # BEiT: mixup_switch_prob
      label_smoothing: 0.1                # BEiT
      rand_augment: 9                     # BEiT: rand-m9-mstd0.5-inc1
      random_erasing: 0.25                # BEiT
      test_crop: 0.875                    # BEiT: crop_pct for 224 pixels
      head_scale: 0.001                   # BEiT: init_scale
      ema: none                           # BEiT: off

    data:
      kind: folder
      path: ../data/imagenet/train        # 1,281,167 pictures, one folder a class
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.08, 1]                  # timm
        ratio: [0.75, 1.3333333333333333] # timm
        flip: 0.5                         # timm
        jitter: [0, 0, 0]                 # timm: none beside RandAugment
      workers: 4

    optimizer:                            # BEiT: AdamW
      learning_rate: 1.0e-3               # BEiT
      reference_batch: 1024               # BEiT's batch
      min_learning_rate: 1.0e-6           # BEiT
      warmup_learning_rate: 0             # BEiT: its option of 1e-6 is never passed on
      warmup_epochs: 5                    # BEiT
      weight_decay: 0.05                  # BEiT
      betas: [0.9, 0.999]                 # BEiT
      epsilon: 1.0e-8                     # BEiT
      clip_gradient: none                 # BEiT

    schedule:
      epochs: 50                          # BEiT; 1,251 steps each
      batch_size: 32                      # pictures at a time; times `accumulation` that is 1024, as in BEiT
      accumulation: 32
      checkpoint_every: 1251              # an epoch
      eval_epochs: 1

    evals:
      data:
        kind: folder
        train_path: ../data/imagenet/train
        test_path: ../data/imagenet/val   # 50,000 pictures, one folder a class

    """#)
}
