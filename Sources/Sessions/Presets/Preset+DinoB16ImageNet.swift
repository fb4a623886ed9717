// swift-format-ignore-file
extension Preset {
  /// `sessions/dino-b16-imagenet.yaml`, letter for letter.
  static let dinoB16ImageNet = Preset(
    name: "dino-b16-imagenet",
    yaml: #"""
    # dino-b16-imagenet: the poster's row "DINO, ViT-B/16, 82.8 top-1 after fine-tuning", by its authors' recipe.
    #
    #   mvp run dino-b16-imagenet --set data.path=/imagenet/train --set evals.data.train_path=/imagenet/train \
    #     --set evals.data.test_path=/imagenet/val
    #
    # Behind every value stands where it comes from:
    #   paper     Caron et al., Emerging Properties in Self-Supervised Vision Transformers, ICCV 2021, arXiv 2104.14294
    #   DINO      the authors' code (facebookresearch/dino: main_dino.py and its defaults, README.md, vision_transformer.py)
    #   poster    its table, which says 300 epochs
    #   here      what this program has otherwise, and why
    about: DINO ViT-B/16 on ImageNet-1K, 300 epochs; needs ImageNet
    seed: 0

    data:
      kind: folder
      path: ../data/imagenet/train        # paper: ImageNet-1K, 1,281,167 pictures; labels are not used
      source: >-
        ImageNet-1K (ILSVRC 2012) from image-net.org after registration, unpacked to one folder a class
      augmentation:
        scale: [0.4, 1]                   # DINO: large crops
        ratio: [0.75, 1.3333333333333333] # DINO: as torchvision has it
        flip: 0.5                         # DINO
        jitter: [0.4, 0.4, 0.2]           # DINO; here without hue, grey, blur and solarisation
      workers: 4

    student:                              # paper: ViT-B/16
      image_size: 224                     # DINO
      patch_size: 16                      # paper
      width: 768
      depth: 12
      heads: 12
      mlp_ratio: 4
      layer_scale: none                   # DINO
      drop_path: 0.1                      # DINO
      positions: learned                  # DINO
      relative_position_bias: false       # DINO
      qkv_bias: full                      # DINO
      initial_values: beit                # DINO: normals of 0.02; here cut at one deviation

    objective:
      method: dino
      dino:
        prototypes: 65536                 # DINO
        local_crops: 8                    # DINO
        local_size: 96                    # DINO; here positions are resized bilinearly, there bicubically
        local_scale: [0.05, 0.4]          # DINO
        centering: mean                   # paper
        temperatures: [0.04, 0.07]        # DINO's README; they rise over a tenth of the run, 30 epochs
        momentum: 0.996                   # DINO; rises to 1

    optimizer:                            # DINO: AdamW
      learning_rate: 5.0e-4               # DINO; scaled by batch / 256
      reference_batch: 256                # DINO
      min_learning_rate: 1.0e-6           # DINO; scaled here, not there
      warmup_learning_rate: 0             # DINO
      warmup_epochs: 10                   # DINO
      weight_decay: 0.04                  # DINO's at the start; it rises to 0.4 there and stays here
      betas: [0.9, 0.999]                 # torch's
      epsilon: 1.0e-8                     # torch's
      clip_gradient: 3                    # DINO; there of each parameter, here of all

    schedule:
      epochs: 300                         # poster
      batch_size: 1024                    # DINO; a step is one batch, as centring is of it
      checkpoint_every: 1251              # an epoch
      keep_checkpoints: 2

    evals:                                # on labelled pictures; the poster's number is of a fine-tuned model
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
