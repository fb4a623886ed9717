// swift-format-ignore-file
extension Preset {
  /// `sessions/mae-b16-imagenet.yaml`, letter for letter.
  static let maeB16ImageNet = Preset(
    name: "mae-b16-imagenet",
    yaml: #"""
    # mae-b16-imagenet: the poster's row "MAE, ViT-B/16, 83.6 top-1 after fine-tuning", by its authors' recipe.
    #
    #   mvp run mae-b16-imagenet --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val
    #
    # Behind every value stands where it comes from:
    #   paper     He et al., Masked Autoencoders Are Scalable Vision Learners, CVPR 2022, arXiv 2111.06377
    #   MAE       the authors' code (facebookresearch/mae: PRETRAIN.md, main_pretrain.py, models_mae.py)
    about: MAE ViT-B/16 on ImageNet-1K, 1600 epochs; needs ImageNet
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # paper: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.2, 1]                   # MAE
        ratio: [0.75, 1.3333333333333333] # MAE: as torchvision has it
        flip: 0.5                         # MAE
        jitter: [0, 0, 0]                 # paper: crops alone do as well
      workers: 4

    student:                              # paper: ViT-B/16
      image_size: 224                     # MAE
      patch_size: 16                      # paper
      width: 768
      depth: 12
      heads: 12
      mlp_ratio: 4
      layer_scale: none                   # MAE
      drop_path: 0                        # MAE
      positions: sincos                   # MAE: fixed, the column before the row
      relative_position_bias: false       # MAE
      qkv_bias: full                      # MAE
      initial_values: xavier              # MAE: the patch embedding taken as a matrix

    guidance:
      start: pixels
      pixels: computed                    # paper: of a patch, by its own mean and deviation; MAE: unbiased variance

    objective:
      method: mae
      encoding: sparse                    # paper: the visible patches alone
      head: decoder
      decoder:
        depth: 8                          # paper
        width: 512                        # paper
        heads: 16                         # MAE
      loss: mse                           # paper
      tokens: masked                      # paper

    mask:
      kind: random                        # paper
      masked: 147                         # paper: 75% of 196 patches

    optimizer:                            # paper: AdamW; here CLS has no weight decay
      learning_rate: 1.5e-4               # MAE; scaled by batch / 256
      reference_batch: 256                # MAE
      min_learning_rate: 0                # MAE
      warmup_learning_rate: 0             # MAE
      warmup_epochs: 40                   # paper
      weight_decay: 0.05                  # paper
      betas: [0.9, 0.95]                  # paper
      epsilon: 1.0e-8                     # MAE
      clip_gradient: none                 # MAE

    schedule:
      epochs: 1600                        # paper: of its table against other systems; MAE's command has 800
      batch_size: 64                      # pictures at a time; times `accumulation` that is 4096, as in the paper
      accumulation: 64
      checkpoint_every: 312               # an epoch
      keep_checkpoints: 2

    evals:                                # on labelled pictures; the paper's numbers are of fine-tuned models
      data:
        kind: folder
        train_path: ../data/imagenet/train
        test_path: ../data/imagenet/val   # 50,000 pictures, one folder a class
      knn:                                # DINO's protocol
        k: 20
        temperature: 0.07
      at_end: [knn, linear]

    """#)
}
