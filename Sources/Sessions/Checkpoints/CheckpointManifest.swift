import Files
import Foundation

/// `manifest.json` of a checkpoint: what belongs to it. It is written last, so a folder without one was never whole.
struct CheckpointManifest: Codable, Equatable {
  struct File: Codable, Equatable {
    /// Path below the checkpoint's folder.
    var name: String
    var bytes: Int
    var xxh64: String
  }

  static let fileName = "manifest.json"
  static let latestVersion = 1

  var version = latestVersion
  var run: String
  var step: Int
  var files: [File]

  /// Fingerprints of everything below a folder, by name, the manifest itself left out.
  static func files(in folder: URL) throws -> [File] {
    try paths(in: folder).map { name in
      let (bytes, hash) = try DurableFiles.fingerprint(folder.appendingPathComponent(name))
      return File(name: name, bytes: bytes, xxh64: hash)
    }
  }

  /// Regular files below a folder, relative to it, sorted.
  static func paths(in folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { name in
      var isFolder: ObjCBool = false
      return name != fileName
        && FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Beside the one that may be there, which stays whole until the new one takes its place.
    let aside = folder.appendingPathComponent(CheckpointManifest.fileName + ".new")
    try DurableFiles.write(try encoder.encode(self), to: aside)
    try DurableFiles.rename(aside, to: folder.appendingPathComponent(CheckpointManifest.fileName))
  }

  /// Reads the manifest of a checkpoint and checks every file against it.
  ///
  /// - Returns: the manifest, or in words what is wrong with the checkpoint.
  static func verified(in folder: URL, run: String, step: Int) -> Result<CheckpointManifest, Damage> {
    if let stranger = stranger(fileName, in: folder) { return .failure(stranger) }
    guard let data = try? RegularFile.read(folder.appendingPathComponent(fileName).path, limit: longest) else {
      return .failure(Damage(text: "it has no \(fileName)"))
    }
    guard let manifest = try? JSONDecoder().decode(CheckpointManifest.self, from: data) else {
      return .failure(Damage(text: "its \(fileName) is not readable"))
    }
    guard manifest.version <= latestVersion else {
      return .failure(Damage(text: "a later version of mvp wrote it"))
    }
    guard manifest.run == run, manifest.step == step else {
      return .failure(Damage(text: "it belongs to step \(manifest.step) of run \(manifest.run)"))
    }
    for file in manifest.files {
      if let stranger = stranger(file.name, in: folder) { return .failure(stranger) }
      guard let (bytes, hash) = try? DurableFiles.fingerprint(folder.appendingPathComponent(file.name)) else {
        return .failure(Damage(text: "\(file.name) cannot be read"))
      }
      if bytes != file.bytes {
        return .failure(Damage(text: "\(file.name) has \(bytes) bytes instead of \(file.bytes)"))
      }
      if hash != file.xxh64 {
        return .failure(Damage(text: "\(file.name) is not what was written (its checksum differs)"))
      }
    }
    return .success(manifest)
  }

  /// Bytes of the longest manifest that is read.
  static let longest = 1 << 20

  /// Damage if an entry is no file of the checkpoint itself: a link leads to what was never written
  /// here, a pipe holds its reader up for ever.
  private static func stranger(_ name: String, in folder: URL) -> Damage? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      return Damage(text: "it names \(shortened(name)), which is not in it")
    }
    var place = folder
    for (index, part) in parts.enumerated() {
      place.appendPathComponent(String(part))
      guard let kind = RegularFile.stranger(place.path) else { continue }
      if index + 1 == parts.count || kind != "a folder" {
        return Damage(text: "\(shortened(name)) is \(kind), not a file")
      }
    }
    return nil
  }

  /// What is wrong with a checkpoint, as part of a sentence.
  struct Damage: Error {
    var text: String
  }
}
