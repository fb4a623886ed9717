import Files
import Foundation

/// The tensors of a checkpoint, one file or several shards, with the configurations that stand beside them.
struct CheckpointFolder {
  /// As the reader named it.
  let path: String
  let files: [any WeightsFile]
  /// The configurations beside the weights that describe a model, `config.json` first.
  let configurations: [ModelConfiguration]
  /// Names of the files beside a bare file that are called as configurations are, but describe no model.
  let strangers: [String]
  /// `preprocessor_config.json`.
  let preprocessor: JSONValue?
  let preprocessorPath: String
  /// Where configurations and vocabularies are looked for.
  let folder: URL
  private let owner: [String: Int]

  /// - Parameter url: a file of weights, the index of several, or a folder that holds either. A configuration is read
  ///   from the folder in which the weights stand, or in which a link to them ends.
  init(_ url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw CheckpointError.file(
        url.path, "does not exist, give a safetensors file, one of torch.save, or a folder that holds one")
    }
    path = url.path
    let isIndex = url.lastPathComponent.hasSuffix(".index.json")
    let found = isFolder.boolValue ? try Self.weights(in: url) : isIndex ? try Self.shards(of: url) : [url]
    files = try found.map { try openWeights($0) }
    folder = isFolder.boolValue ? url : Self.configuredFolder(of: url)
    var configurations: [ModelConfiguration] = []
    var strangers: [String] = []
    for name in ModelConfiguration.fileNames {
      let file = folder.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      if let configuration = try ModelConfiguration(file) {
        configurations.append(configuration)
      } else if isFolder.boolValue {
        throw CheckpointError.file(
          file.path, "has neither model_type, architecture nor model_cfg, use the file that came with the weights")
      } else {
        // A file may lie among others that have nothing to do with it.
        strangers.append(name)
      }
    }
    self.configurations = configurations
    self.strangers = strangers
    let preprocessing = folder.appendingPathComponent("preprocessor_config.json")
    preprocessorPath = preprocessing.path
    preprocessor =
      FileManager.default.fileExists(atPath: preprocessing.path) ? try JSONValue.read(preprocessing) : nil
    var owner: [String: Int] = [:]
    for (index, file) in files.enumerated() {
      for name in file.names where owner.updateValue(index, forKey: name) != nil {
        throw CheckpointError.file(path, "holds \(name) in two of its files, keep one of them")
      }
    }
    self.owner = owner
  }

  var names: [String] { files.flatMap(\.names) }
  func has(_ name: String) -> Bool { owner[name] != nil }
  func shape(_ name: String) -> [Int]? { owner[name].flatMap { files[$0].shape(name) } }

  func floats(_ name: String) throws -> [Float] {
    guard let index = owner[name] else { throw CheckpointError.file(path, "has no tensor named \(name)") }
    return try files[index].floats(name)
  }

  /// The configuration for tensors of a naming scheme: of the kind that the scheme's library writes where there is one.
  /// Hubs keep the same model under several libraries' names in one folder.
  func configuration(for scheme: NameScheme) -> ModelConfiguration? {
    let ranked = scheme.configurationKinds.compactMap { kind in configurations.first { $0.kind == kind } }
    return ranked.first ?? configurations.first
  }

  /// Where a bare file's configuration stands: beside it, or, for a link without one, beside what it leads to.
  private static func configuredFolder(of file: URL) -> URL {
    let places = [file, file.resolvingSymlinksInPath()].map { $0.deletingLastPathComponent() }
    let configured = places.first { place in
      ModelConfiguration.fileNames.contains {
        FileManager.default.fileExists(atPath: place.appendingPathComponent($0).path)
      }
    }
    return configured ?? places[0]
  }

  /// Whole models under the names that libraries give them, then those in shards.
  private static let (wholes, indices) = (
    ["model.safetensors", "student.safetensors"],
    ["model.safetensors.index.json", "pytorch_model.bin.index.json"]
  )

  /// `model.safetensors`, or the `student.safetensors` of a run's checkpoint, or the shards of an index, or the only
  /// safetensors file there is; else the same of torch.
  private static func weights(in folder: URL) throws -> [URL] {
    func place(_ name: String) -> URL? {
      let url = folder.appendingPathComponent(name)
      return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }
    if let whole = wholes.lazy.compactMap(place).first {
      // Hubs keep their files by links; a run's checkpoint holds its own.
      if whole.lastPathComponent == "student.safetensors", let stranger = RegularFile.stranger(whole.path) {
        throw CheckpointError.file(
          whole.path, "is \(stranger), where a run's checkpoint has a file; use another checkpoint")
      }
      return [whole]
    }
    if let index = place(indices[0]) { return try shards(of: index) }
    let all = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    let found = all.filter { $0.pathExtension == "safetensors" }
    if found.count == 1 { return found }
    if found.isEmpty {
      if let whole = place("pytorch_model.bin") { return [whole] }
      if let index = place(indices[1]) { return try shards(of: index) }
      let torch = all.filter {
        ["pth", "pt", "bin"].contains($0.pathExtension.lowercased()) || $0.lastPathComponent.hasSuffix(".pth.tar")
      }
      if torch.count == 1 { return torch }
      if torch.count > 1 { throw several(torch, in: folder) }
    }
    guard found.isEmpty else { throw several(found, in: folder) }
    throw CheckpointError.file(
      folder.path, "holds no safetensors file and none of torch (.pth, .pt, .bin), put model.safetensors there")
  }

  private static func several(_ files: [URL], in folder: URL) -> CheckpointError {
    let names = files.map(\.lastPathComponent).sorted()
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    return .file(
      folder.path, "holds several files of weights (\(names.prefix(3).joined(separator: ", "))\(more)), name one")
  }

  private static func shards(of index: URL) throws -> [URL] {
    let names = try JSONValue.read(index)["weight_map"]?.members?.compactMap(\.value.string) ?? []
    guard !names.isEmpty, names.allSatisfy({ !$0.contains("/") }) else {
      throw CheckpointError.file(index.path, "names no files beside it under weight_map, fetch it again")
    }
    let files = Set(names).sorted().map { index.deletingLastPathComponent().appendingPathComponent($0) }
    if let absent = files.first(where: { !FileManager.default.fileExists(atPath: $0.path) }) {
      throw CheckpointError.file(
        index.path, "names \(absent.lastPathComponent), which is not beside it; fetch that file, too")
    }
    return files
  }
}
