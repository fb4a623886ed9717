// swift-format-ignore-file
extension Preset {
  /// `sessions/beit-l16-imagenet.yaml`, letter for letter.
  static let beitL16ImageNet = Preset(
    name: "beit-l16-imagenet",
    yaml: #"""
    # beit-l16-imagenet: the poster's row "BEiT, ViT-L/16, 85.2 top-1 after fine-tuning", by its authors' recipe.
    #
    #   mvp run beit-l16-imagenet --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val --set guidance.dalle.weights=/weights/dalle-encoder.safetensors
    #
    # Behind every value stands where it comes from:
    #   paper     Bao et al., BEiT: BERT Pre-Training of Image Transformers, ICLR 2022, arXiv 2106.08254
    #   BEiT      the authors' code (microsoft/unilm, folder beit: README.md, run_beit_pretraining.py, modeling_pretrain.py)
    about: BEiT ViT-L/16 on ImageNet-1K, 800 epochs; needs ImageNet and DALL-E's encoder
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # paper: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.08, 1]                  # BEiT: as torchvision has it
        ratio: [0.75, 1.3333333333333333] # BEiT
        flip: 0.5                         # BEiT
        jitter: [0.4, 0.4, 0.4]           # BEiT: brightness, contrast, saturation, before the crop
      workers: 4

    student:                              # paper: ViT-L/16
      image_size: 224                     # paper
      patch_size: 16                      # paper
      width: 1024
      depth: 24
      heads: 16
      mlp_ratio: 4
      layer_scale: 1.0e-5                 # BEiT, its value for the large model
      drop_path: 0.1                      # BEiT
      positions: none                     # BEiT: the relative position bias does it
      relative_position_bias: true        # BEiT: one table shared by all blocks
      qkv_bias: query_value               # BEiT: none on the keys
      initial_values: beit                # BEiT

    guidance:
      start: dalle
      dalle:                              # paper: 8192 codes, one a patch; BEiT: of the same crop at 112 px by Lanczos
        weights: ../data/dalle-encoder.safetensors
        source: >-
          encoder.pkl of openai/DALL-E, written as safetensors by `import torch; from safetensors.torch import save_file;
          save_file(torch.load("encoder.pkl", weights_only=False).state_dict(), "dalle-encoder.safetensors")`

    objective:
      method: beit
      encoding: dense                     # paper: mask tokens in the place of masked patches
      head: linear                        # paper: a softmax over the codes
      loss: cross_entropy                 # paper
      tokens: masked                      # paper

    mask:
      kind: blockwise                     # paper
      masked: 75                          # paper: 75 of 196 patches
      minimum: 16                         # paper: patches of the smallest block
      minimum_aspect: 0.3                 # paper: aspect from 0.3 to 1/0.3

    optimizer:                            # paper: AdamW
      learning_rate: 1.5e-3               # paper; this and the next two are scaled by batch / 2048
      reference_batch: 2048               # paper
      min_learning_rate: 1.0e-5           # BEiT
      warmup_learning_rate: 0             # BEiT: its option of 1e-6 does not reach the schedule
      warmup_epochs: 10                   # paper
      weight_decay: 0.05                  # paper
      betas: [0.9, 0.999]                 # paper
      epsilon: 1.0e-8                     # BEiT
      clip_gradient: 3                    # BEiT

    schedule:
      epochs: 800                         # paper; 625 steps each
      batch_size: 32                      # pictures at a time; times `accumulation` that is 2048, as in the paper
      accumulation: 64
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
