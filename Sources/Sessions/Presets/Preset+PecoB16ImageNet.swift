// swift-format-ignore-file
extension Preset {
  /// `sessions/peco-b16-imagenet.yaml`, letter for letter.
  static let pecoB16ImageNet = Preset(
    name: "peco-b16-imagenet",
    yaml: #"""
    # peco-b16-imagenet: the poster's row "PeCo, ViT-B/16, 300 epochs, 84.1 top-1 after fine-tuning", as far as it is known.
    #
    #   mvp run peco-b16-imagenet --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val --set guidance.peco.weights=/weights/peco.safetensors
    #
    # PeCo's code, codebook and recipe are not public. Behind every value stands where it comes from:
    #   poster    stated on the poster (MVP, ECCV 2022, arXiv 2203.05175)
    #   paper     Dong et al. 2021, arXiv 2111.12710: BEiT's pre-training with a perceptual codebook in place of DALL-E's
    #   inferred  as BEiT has it (microsoft/unilm, folder beit); not known of PeCo itself
    about: PeCo ViT-B/16 on ImageNet-1K, 300 epochs, values inferred; needs ImageNet and a codebook
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # poster: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.08, 1]                  # inferred
        ratio: [0.75, 1.3333333333333333] # inferred
        flip: 0.5                         # inferred
        jitter: [0.4, 0.4, 0.4]           # inferred
      workers: 4

    student:                              # poster: ViT-B/16
      image_size: 224
      patch_size: 16
      width: 768
      depth: 12
      heads: 12
      mlp_ratio: 4
      layer_scale: 0.1                    # inferred
      drop_path: 0.1                      # inferred
      positions: none                     # inferred
      relative_position_bias: true        # inferred
      qkv_bias: query_value               # inferred

    guidance:
      start: peco
      peco:                               # inferred: 8192 codes, one for each of 14 x 14 patches
        weights: ../data/peco.safetensors
        source: >-
          PeCo's codebook is not public, a file of `mvp teach peco` has codes of small pictures; a tokenizer of your own
          will do

    objective:
      method: peco                        # paper: cross-entropy of masked patches' codes, one linear layer

    mask:
      kind: blockwise                     # inferred
      masked: 75                          # inferred
      minimum: 16                         # inferred
      minimum_aspect: 0.3                 # inferred

    optimizer:                            # inferred
      learning_rate: 1.5e-3               # inferred
      reference_batch: 2048
      min_learning_rate: 1.0e-5           # inferred
      warmup_learning_rate: 0             # inferred
      warmup_epochs: 10                   # inferred
      weight_decay: 0.05                  # inferred
      betas: [0.9, 0.999]                 # inferred
      epsilon: 1.0e-8                     # inferred
      clip_gradient: 3                    # inferred

    schedule:
      epochs: 300                         # poster; 625 steps each
      batch_size: 64                      # pictures at a time; times `accumulation` that is 2048 (inferred)
      accumulation: 32
      checkpoint_every: 625               # an epoch
      keep_checkpoints: 2

    evals:                                # on labelled pictures; the poster's own numbers are of fine-tuned models
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
