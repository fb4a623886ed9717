import Files
import Foundation

extension CheckpointFolder {
  /// Bytes of a model card that are read.
  private static let longestCard = 4 << 20

  /// The licence that the weights' own card tells: a file's metadata, the front matter of the `README.md` beside it, or
  /// timm's configuration; nil where none does.
  var licence: String? {
    let ofFile = files.lazy.compactMap { $0.metadata["license"] ?? $0.metadata["licence"] }.first
    let ofConfiguration = configurations.lazy.compactMap {
      ($0.content["license"] ?? $0.content["pretrained_cfg"]?["license"])?.string
    }.first
    let found = ofFile ?? licenceOfReadme ?? ofConfiguration
    return found.flatMap { $0.isEmpty ? nil : String($0.prefix(80)) }
  }

  /// `license: mit` between the two lines `---` at the top.
  private var licenceOfReadme: String? {
    let file = folder.appendingPathComponent("README.md")
    guard let bytes = try? RegularFile.read(file.path, limit: Self.longestCard) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard lines.first == "---" else { return nil }
    let front = lines.dropFirst().prefix { $0 != "---" }
    func value(_ key: String) -> String? {
      front.first { $0.hasPrefix("\(key):") }.map {
        $0.dropFirst(key.count + 1).trimmingCharacters(in: CharacterSet(charactersIn: " \"'"))
      }
    }
    let licence = value("license")
    return licence == "other" ? value("license_name") ?? licence : licence
  }
}
