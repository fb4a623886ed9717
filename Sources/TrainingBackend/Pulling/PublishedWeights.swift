/// Weights that their authors publish at an address of their own: what `mvp weights pull NAME` fetches.
///
/// Addresses are those of openai/CLIP `clip/clip.py`, facebookresearch/dino and dinov2 `hubconf.py`,
/// facebookresearch/mae and deit `README`, open_clip `pretrained.py`, and microsoft/unilm
/// `beit/get_started_for_image_classification.md` and its like in `beit2`. A digest is listed where the publisher gives
/// one: OpenAI as a part of the address, DeiT and open_clip as its first digits in the file's name, which torch.hub and
/// open_clip check.
package struct PublishedWeights: Codable, Equatable, Sendable {
  package var name: String
  package var model: String
  package var address: String
  /// SHA-256, or its first digits; nil where the publisher gives none.
  package var sha256: String?
  package var licence: String
  /// Bytes of the file, as those who keep copies of it have written down; nil where it is not known.
  package var bytes: Int?

  package static func named(_ name: String) -> PublishedWeights? { all.first { $0.name == name } }

  package static let all: [PublishedWeights] = clip + openClip + dino + dinov2 + mae + deit + beit

  private static let clip = [
    (
      "clip-vit-b-32", "B/32", "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af", "ViT-B-32.pt",
      353_976_522
    ),
    (
      "clip-vit-b-16", "B/16", "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f", "ViT-B-16.pt",
      350_837_078
    ),
    (
      "clip-vit-l-14", "L/14", "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836", "ViT-L-14.pt",
      932_768_134
    ),
    (
      "clip-vit-l-14-336", "L/14 at 336 px", "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02",
      "ViT-L-14-336px.pt", 934_088_680
    ),
  ].map { (name: String, size: String, digest: String, file: String, bytes: Int) in
    PublishedWeights(
      name: name, model: "OpenAI's CLIP ViT-\(size)",
      address: "https://openaipublic.azureedge.net/clip/models/\(digest)/\(file)", sha256: digest, licence: "MIT",
      bytes: bytes)
  }

  private static let openClip = [
    ("open-clip-vit-b-32", "B/32, LAION-2B", "vit_b_32-laion2b_e16-af8dbd0c.pth"),
    ("open-clip-vit-b-16", "B/16, LAION-400M", "vit_b_16-laion400m_e32-55e67d44.pt"),
    ("open-clip-vit-l-14", "L/14, LAION-400M", "vit_l_14-laion400m_e32-3d133497.pt"),
  ].map { name, size, file in
    PublishedWeights(
      name: name, model: "open_clip's CLIP ViT-\(size)",
      address: "https://github.com/mlfoundations/open_clip/releases/download/v0.2-weights/\(file)",
      sha256: digits(file), licence: "MIT")
  }

  private static let dino = [
    ("dino-vits16", "S/16", "dino_deitsmall16_pretrain"), ("dino-vits8", "S/8", "dino_deitsmall8_pretrain"),
    ("dino-vitb16", "B/16", "dino_vitbase16_pretrain"), ("dino-vitb8", "B/8", "dino_vitbase8_pretrain"),
  ].map { name, size, file in
    meta(name, "DINO ViT-\(size)", "dino/\(file)/\(file).pth", licence: "Apache-2.0")
  }

  private static let dinov2 = [
    ("dinov2-vits14", "s", "S", 88_283_115), ("dinov2-vitb14", "b", "B", 346_378_731),
    ("dinov2-vitl14", "l", "L", 1_217_586_395),
  ].flatMap { name, letter, size, bytes in
    let folder = "dinov2/dinov2_vit\(letter)14/dinov2_vit\(letter)14"
    return [
      meta(name, "DINOv2 ViT-\(size)/14", "\(folder)_pretrain.pth", licence: "Apache-2.0", bytes: bytes),
      meta(
        "\(name)-registers", "DINOv2 ViT-\(size)/14 with registers", "\(folder)_reg4_pretrain.pth",
        licence: "Apache-2.0"),
    ]
  }

  private static let mae: [PublishedWeights] = [
    ("mae-vitb16", "B/16", "base", 343_249_461), ("mae-vitl16", "L/16", "large", nil as Int?),
  ].map { name, size, file, bytes in
    meta(
      name, "MAE ViT-\(size)", "mae/pretrain/mae_pretrain_vit_\(file).pth", licence: "CC-BY-NC-4.0", bytes: bytes)
  }

  private static let deit = [
    ("deit-ti16", "Ti/16", "deit_tiny_patch16_224-a1311bcf.pth"),
    ("deit-s16", "S/16", "deit_small_patch16_224-cd65a155.pth"),
    ("deit-b16", "B/16", "deit_base_patch16_224-b5f2ef4d.pth"),
  ].map { name, size, file in
    meta(name, "DeiT ViT-\(size)", "deit/\(file)", sha256: digits(file), licence: "Apache-2.0")
  }

  private static let beit = [
    ("beit-b16", "BEiT ViT-B/16", "v1.0/beit_base_patch16_224_pt22k"),
    ("beit-l16", "BEiT ViT-L/16", "v1.0/beit_large_patch16_224_pt22k"),
    ("beit-b16-in22k", "BEiT ViT-B/16, tuned on ImageNet-22k", "v1.0/beit_base_patch16_224_pt22k_ft22k"),
    ("beit-l16-in22k", "BEiT ViT-L/16, tuned on ImageNet-22k", "v1.0/beit_large_patch16_224_pt22k_ft22k"),
    ("beitv2-b16", "BEiT v2 ViT-B/16", "BEiT-v2/beitv2_base_patch16_224_pt1k"),
    ("beitv2-b16-in21k", "BEiT v2 ViT-B/16, tuned on ImageNet-21k", "BEiT-v2/beitv2_base_patch16_224_pt1k_ft21k"),
    ("beitv2-l16-in21k", "BEiT v2 ViT-L/16, tuned on ImageNet-21k", "BEiT-v2/beitv2_large_patch16_224_pt1k_ft21k"),
  ].map { name, model, file in
    PublishedWeights(
      name: name, model: model, address: "https://github.com/addf400/files/releases/download/\(file).pth",
      licence: "MIT")
  }

  private static func meta(
    _ name: String, _ model: String, _ path: String, sha256: String? = nil, licence: String, bytes: Int? = nil
  ) -> PublishedWeights {
    PublishedWeights(
      name: name, model: model, address: "https://dl.fbaipublicfiles.com/\(path)", sha256: sha256, licence: licence,
      bytes: bytes)
  }

  /// `a1311bcf` of `NAME-a1311bcf.pth`.
  private static func digits(_ file: String) -> String? {
    file.split(separator: "-").last.map { String($0.prefix { $0 != "." }) }
  }
}
