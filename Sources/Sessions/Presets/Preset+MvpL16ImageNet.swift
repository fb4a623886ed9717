// swift-format-ignore-file
extension Preset {
  /// `sessions/mvp-l16-imagenet.yaml`, letter for letter.
  static let mvpL16ImageNet = Preset(
    name: "mvp-l16-imagenet",
    yaml: #"""
    # mvp-l16-imagenet: the poster's row "MVP, ViT-L/16, 300 epochs, 86.3 top-1 after fine-tuning", as far as it is known.
    #
    #   mvp run mvp-l16-imagenet --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val --set guidance.clip.weights=/weights/clip-vit-base-patch16
    #
    # MVP has no official code. Behind every value stands where it comes from:
    #   poster    stated on the poster (MVP, ECCV 2022, arXiv 2203.05175)
    #   BEiT      what the poster does not say follows its baseline (microsoft/unilm, folders beit and beit2)
    #   inferred  from the closest published relatives (EVA, BEiT v2, iTPN, MaskDistill); not known of MVP itself
    about: MVP ViT-L/16 on ImageNet-1K under CLIP, 300 epochs; needs ImageNet and CLIP or DINO weights
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # poster: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.2, 1]                   # inferred: BEiT v2's smallest crop; BEiT itself had 0.08
        ratio: [0.75, 1.3333333333333333] # BEiT
        flip: 0.5                         # BEiT
        jitter: [0.4, 0.4, 0.4]           # BEiT: brightness, contrast, saturation, before the crop
      workers: 4

    student:                              # poster: ViT-L/16
      image_size: 224                     # BEiT
      patch_size: 16                      # poster
      width: 1024
      depth: 24
      heads: 16
      mlp_ratio: 4
      layer_scale: 1.0e-5                # BEiT, its value for the large model
      drop_path: 0                        # inferred: BEiT v2 at 300 epochs; BEiT had 0.1
      positions: none                     # BEiT: the relative position bias does it
      relative_position_bias: true        # BEiT: one table shared by all blocks
      qkv_bias: query_value               # BEiT: none on the keys

    guidance:
      start: clip                         # poster: CLIP; which CLIP the large student had is not said, ViT-B/16 is inferred
      clip:
        weights: ../data/clip-vit-base-patch16
        source: >-
          OpenAI CLIP ViT-B/16, config.json and model.safetensors of the hub repository openai/clip-vit-base-patch16
        project: true                     # inferred: EVA's authors found the projected feature better; try false as well
        image_size: 224                   # inferred
      dino:                               # poster: the ablation of the base model; none is given for this one
        weights: ../data/vit_base_patch16_224.dino
        source: >-
          DINO ViT-B/16, config.json and model.safetensors of the hub repository timm/vit_base_patch16_224.dino
        image_size: 224                   # inferred

    objective:
      loss: cosine                        # inferred: negative cosine, as EVA and BEiT v2's tokenizer have it
      tokens: cls+masked                  # poster: CLS has a prediction; BEiT v2 says of MVP: at the masked positions
      normalise_targets: false            # inferred: nothing beyond the norm inside the cosine

    mask:
      kind: blockwise                     # BEiT
      masked: 75                          # BEiT: 75 of 196 patches
      minimum: 16                         # BEiT: patches of the smallest block
      minimum_aspect: 0.3                 # BEiT: aspect from 0.3 to 1/0.3

    optimizer:                            # BEiT: AdamW
      learning_rate: 1.5e-3               # BEiT; this and the next two are scaled by batch / 2048
      reference_batch: 2048               # BEiT
      min_learning_rate: 1.0e-5           # BEiT
      warmup_learning_rate: 1.0e-6        # BEiT
      warmup_epochs: 10                   # BEiT
      weight_decay: 0.05                  # BEiT
      betas: [0.9, 0.98]                  # BEiT v2: 0.98 for 300 epochs, 0.999 for 800 and more
      epsilon: 1.0e-8                     # BEiT
      clip_gradient: 3                    # BEiT

    schedule:
      epochs: 300                         # poster; 625 steps each
      batch_size: 32                      # pictures at a time; times `accumulation` that is 2048, as in BEiT
      accumulation: 64
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
