import Files
import Foundation

/// Files that carry their SHA-256 in the address that they are published at.
package enum PublishedDigest {
  /// OpenAI's CLIP (openai/CLIP, `clip/clip.py`), by the file's name.
  private static let openAI = [
    "ViT-B-32.pt": "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af",
    "ViT-B-16.pt": "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f",
    "ViT-L-14.pt": "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836",
    "ViT-L-14-336px.pt": "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02",
  ]

  /// - Returns: whether the file is named as a published one, and is that one.
  /// - Throws: `CheckpointError` where a file is named as a published one and has another digest.
  package static func check(_ url: URL) throws -> Bool {
    guard let expected = openAI[url.lastPathComponent], let data = try? Data(contentsOf: url, options: .alwaysMapped)
    else { return false }
    let found = sha256(data)
    guard found != expected else { return true }
    throw CheckpointError.file(
      url.path,
      "is named as OpenAI's, but its SHA-256 is \(found.prefix(12))..., not \(expected.prefix(12))...: it was not fetched whole, or "
        + "was changed; fetch it again, or rename it")
  }
}
