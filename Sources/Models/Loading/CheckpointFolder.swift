import Foundation

/// The tensors of a checkpoint, one file or several shards, with the configurations that stand beside them.
struct CheckpointFolder {
  /// As the reader named it.
  let path: String
  let files: [SafetensorsFile]
  /// `config.json` or `open_clip_config.json`, when a folder was given.
  let configuration: JSONValue?
  let configurationPath: String
  /// `preprocessor_config.json`.
  let preprocessor: JSONValue?
  /// Where vocabularies are looked for.
  let folder: URL
  private let owner: [String: Int]

  /// - Parameter url: a safetensors file, read by its names and shapes alone, or a folder, read with its configuration.
  init(_ url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw CheckpointError.file(url.path, "does not exist, give a safetensors file or a folder that holds one")
    }
    path = url.path
    let found = isFolder.boolValue ? try Self.weights(in: url) : [url]
    files = try found.map { try Self.open($0) }
    folder = isFolder.boolValue ? url : url.deletingLastPathComponent()
    func json(_ name: String) throws -> JSONValue? {
      let file = url.appendingPathComponent(name)
      guard isFolder.boolValue, FileManager.default.fileExists(atPath: file.path) else { return nil }
      return try JSONValue.read(file)
    }
    let names = ["config.json", "open_clip_config.json"]
    let present = try names.compactMap { name in try json(name).map { (name, $0) } }.first
    configuration = present?.1
    configurationPath = url.appendingPathComponent(present?.0 ?? names[0]).path
    preprocessor = try json("preprocessor_config.json")
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

  private static func open(_ url: URL) throws -> SafetensorsFile {
    guard ["pt", "pth", "bin", "pkl", "ckpt"].contains(url.pathExtension.lowercased()) else {
      return try SafetensorsFile(url)
    }
    throw CheckpointError.file(url.path, "is a torch pickle, which is not read; save its state dict with safetensors")
  }

  /// `model.safetensors`, or the `student.safetensors` of a run's checkpoint, or the shards of an index, or the only safetensors file
  /// there is.
  private static func weights(in folder: URL) throws -> [URL] {
    for name in ["model.safetensors", "student.safetensors"] {
      let whole = folder.appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: whole.path) { return [whole] }
    }
    let index = folder.appendingPathComponent("model.safetensors.index.json")
    if FileManager.default.fileExists(atPath: index.path) {
      let names = try JSONValue.read(index)["weight_map"]?.members?.compactMap(\.value.string) ?? []
      guard !names.isEmpty, names.allSatisfy({ !$0.contains("/") }) else {
        throw CheckpointError.file(index.path, "names no files beside it under weight_map, fetch it anew")
      }
      return Set(names).sorted().map { folder.appendingPathComponent($0) }
    }
    let found = ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
      .filter { $0.pathExtension == "safetensors" }
    guard found.count == 1 else {
      let what = found.isEmpty ? "holds no safetensors file, put model.safetensors there" : "holds several, name one"
      throw CheckpointError.file(folder.path, what)
    }
    return found
  }
}
