// swift-format-ignore-file
extension Preset {
  /// `sessions/beit2-b16-imagenet.yaml`, letter for letter.
  static let beit2B16ImageNet = Preset(
    name: "beit2-b16-imagenet",
    yaml: #"""
    # beit2-b16-imagenet: BEiT v2, ViT-B/16, 300 epochs (85.0 top-1 after fine-tuning), by its authors' recipe.
    #
    #   mvp run beit2-b16-imagenet --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val --set guidance.vqkd.weights=/weights/vqkd.safetensors
    #
    # Behind every value stands where it comes from:
    #   paper    Peng et al. 2022, arXiv 2208.06366
    #   code     microsoft/unilm, folder beit2: PRETRAINING.md, run_beitv2_pretraining.py, datasets.py
    about: BEiT v2 ViT-B/16 on ImageNet-1K, 300 epochs; needs ImageNet and its tokenizer
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # paper: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.2, 1]                   # code: --min_crop_scale 0.2
        ratio: [0.75, 1.3333333333333333] # code
        flip: 0.5                         # code
        jitter: [0.4, 0.4, 0.4]           # code: brightness, contrast, saturation, before the crop
      workers: 4

    student:                              # paper: ViT-B/16
      image_size: 224
      patch_size: 16
      width: 768
      depth: 12                           # code: the second prediction reads block 9 of them, --early_layers 9
      heads: 12
      mlp_ratio: 4
      layer_scale: 0.1                    # code: --layer_scale_init_value 0.1
      drop_path: 0                        # code: --drop_path 0
      positions: none                     # code: the relative position bias does it
      relative_position_bias: true        # code: one table shared by all blocks and the two further ones
      qkv_bias: query_value               # code: none on the keys

    guidance:
      start: vqkd
      vqkd:                               # paper: 8192 codes of width 32, taught by CLIP ViT-B/16
        weights: ../data/vqkd_encoder_base_decoder_3x768x12_clip.safetensors
        source: >-
          vqkd_encoder_base_decoder_3x768x12_clip of microsoft/unilm, beit2/TOKENIZER.md, its state dict stored as
          safetensors

    objective:
      method: beit2                       # cross-entropy of masked patches' codes
      head: linear+cls                    # code: --head_layers 2, --shared_lm_head

    mask:
      kind: blockwise                     # code
      masked: 75                          # code: --num_mask_patches 75 of 196
      minimum: 16                         # code
      minimum_aspect: 0.3                 # code

    optimizer:                            # code: AdamW
      learning_rate: 1.5e-3               # code: --lr 1.5e-3 for a batch of 2048
      reference_batch: 2048
      min_learning_rate: 1.0e-5           # code
      warmup_learning_rate: 0             # code: its 1e-6 never reaches the scheduler
      warmup_epochs: 10                   # code
      weight_decay: 0.05                  # code
      betas: [0.9, 0.98]                  # code: 0.98 for 300 epochs
      epsilon: 1.0e-8                     # code
      clip_gradient: 3                    # code

    schedule:
      epochs: 300                         # paper; 625 steps each
      batch_size: 64                      # pictures at a time; times `accumulation` that is 2048, as in the paper
      accumulation: 32
      checkpoint_every: 625               # an epoch
      keep_checkpoints: 2

    evals:                                # on labelled pictures; the paper's own numbers are of fine-tuned models
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
