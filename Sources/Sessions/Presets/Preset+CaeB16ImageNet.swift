// swift-format-ignore-file
extension Preset {
  /// `sessions/cae-b16-imagenet.yaml`, letter for letter.
  static let caeB16ImageNet = Preset(
    name: "cae-b16-imagenet",
    yaml: #"""
    # cae-b16-imagenet: the poster's row "CAE, ViT-B/16", by its authors' recipe. The poster has its mIoU alone, 48.8.
    #
    #   mvp run cae-b16-imagenet --set data.path=/imagenet/train --set guidance.dalle.weights=/path/to/encoder.safetensors \
    #     --set evals.data.train_path=/imagenet/train --set evals.data.test_path=/imagenet/val
    #
    # Behind every value stands where it comes from:
    #   paper     Chen et al., Context Autoencoder for Self-Supervised Representation Learning, IJCV 2023, arXiv 2202.03026
    #   CAE       the authors' code (lxtGH/CAE: scripts/cae_base_800e.sh, tools/run_pretraining.py and its defaults,
    #             models/modeling_cae.py)
    about: CAE ViT-B/16 on ImageNet-1K, 800 epochs; needs ImageNet and DALL-E's encoder
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # paper: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.08, 1]                  # CAE
        ratio: [0.75, 1.3333333333333333] # CAE: as torchvision has it
        flip: 0.5                         # CAE
        jitter: [0, 0, 0]                 # CAE
      workers: 4

    student:                              # paper: ViT-B/16
      image_size: 224                     # CAE
      patch_size: 16                      # paper
      width: 768
      depth: 12
      heads: 12
      mlp_ratio: 4
      layer_scale: 0.1                    # CAE
      drop_path: 0.1                      # CAE
      positions: sincos_rows              # CAE: fixed, the row before the column
      relative_position_bias: false       # CAE
      qkv_bias: query_value               # CAE
      initial_values: xavier_layers       # CAE: without --fix_init_weight

    guidance:
      start: dalle
      dalle:                              # paper: the codes of DALL-E's tokenizer, of a 112 px view
        weights: ../data/dalle/encoder.safetensors
        source: >-
          encoder.pkl of openai/DALL-E (cdn.openai.com/dall-e/encoder.pkl), written as safetensors

    objective:
      method: cae
      encoding: sparse                    # paper: the visible patches alone
      head: regressor
      regressor:
        depth: 4                          # CAE
        decoder_depth: 4                  # CAE
        alignment: 2                      # paper
      loss: cross_entropy                 # paper
      tokens: masked                      # paper

    mask:
      kind: blockwise                     # CAE
      masked: 98                          # CAE: of 196 patches
      minimum: 16                         # CAE

    optimizer:                            # CAE: AdamW
      learning_rate: 1.5e-3               # CAE; at a batch of 2048
      reference_batch: 2048               # CAE: the rate is that of its batch
      min_learning_rate: 1.0e-5           # CAE
      warmup_learning_rate: 0             # CAE: its 1e-6 never reaches the schedule
      warmup_epochs: 20                   # CAE
      weight_decay: 0.05                  # CAE
      betas: [0.9, 0.999]                 # CAE: torch's
      epsilon: 1.0e-8                     # CAE
      clip_gradient: 3                    # CAE

    schedule:
      epochs: 800                         # CAE
      batch_size: 64                      # pictures at a time; times `accumulation` that is 2048, as in CAE
      accumulation: 32
      checkpoint_every: 625               # an epoch
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
