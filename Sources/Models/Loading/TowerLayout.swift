/// Which naming scheme a tower of a checkpoint follows, and what stands before its names there.
struct TowerLayout {
  let scheme: NameScheme
  let prefix: String
  /// What stands before a block's number where the file keeps blocks in chunks, as DINOv2's authors do: `blocks.0.`.
  var chunks: [String] = []

  /// What stands before the tower's names, without the last dot; what `--tower` names it by.
  var name: String { prefix.isEmpty ? Self.unprefixed : String(prefix.dropLast()) }

  /// Name of a tower whose tensors have nothing before their names.
  static let unprefixed = "unprefixed"

  /// All image towers, whatever wrappers (`module.`, `backbone.`, `teacher.`, `vision_model.`, ...) their names carry.
  /// - Throws: if there is none.
  static func imageTowers(in checkpoint: CheckpointFolder) throws -> [TowerLayout] {
    let names = checkpoint.names
    let schemes: [NameScheme] = [
      .transformersCLIP, .transformersSigLIP, .transformersViT, .transformersDINOv3, .timm, .openAI,
    ]
    let found = schemes.flatMap { scheme in
      names.compactMap { name -> TowerLayout? in
        guard name.hasSuffix(scheme.landmark) else { return nil }
        let prefix = String(name.dropLast(scheme.landmark.count))
        guard prefix.isEmpty || prefix.hasSuffix("."), scheme.isWitnessed(in: checkpoint, prefix: prefix) else {
          return nil
        }
        return TowerLayout(scheme: scheme, prefix: prefix, chunks: Self.chunks(scheme, prefix: prefix, names: names))
      }
    }
    if !found.isEmpty { return found }
    let some = names.prefix(3).joined(separator: ", ")
    throw CheckpointError.file(
      checkpoint.path,
      "holds no vision transformer under the names of transformers, timm, DINO, OpenAI or open_clip "
        + "(its tensors are \(some.isEmpty ? "none" : some + ", ...")), give a checkpoint of CLIP, SigLIP, DINO, DINOv2, DINOv3, I-JEPA, BEiT, EVA-02 or ViT"
    )
  }

  func places(_ name: String) -> [TensorPlace] { scheme.places(name, prefix: prefix, chunks: chunks) }

  /// `blocks.CHUNK.` of names such as `blocks.1.7.norm1.weight`.
  private static func chunks(_ scheme: NameScheme, prefix: String, names: [String]) -> [String] {
    guard scheme == .timm else { return [] }
    var found: Set<String> = []
    for name in names where name.hasPrefix(prefix + "blocks.") {
      let parts = name.dropFirst(prefix.count).split(separator: ".")
      if parts.count > 3, Int(parts[1]) != nil, Int(parts[2]) != nil { found.insert("blocks.\(parts[1]).") }
    }
    return found.sorted()
  }

  /// Blocks that the checkpoint holds: one more than the highest number.
  func depth(in checkpoint: CheckpointFolder) -> Int {
    let starts = (chunks.isEmpty ? scheme.blockPrefixes : chunks).map { prefix + $0 }
    let numbers = checkpoint.names.compactMap { name -> Int? in
      guard let start = starts.first(where: { name.hasPrefix($0) }) else { return nil }
      return Int(name.dropFirst(start.count).prefix { $0 != "." })
    }
    return (numbers.filter { $0 >= 0 && $0 < 1000 }.max() ?? -1) + 1
  }
}

extension NameScheme {
  /// Whether more than the landmark stands behind a prefix.
  fileprivate func isWitnessed(in checkpoint: CheckpointFolder, prefix: String) -> Bool {
    if let cls, checkpoint.has(prefix + cls) { return true }
    return witnessesWithoutCLS.contains { checkpoint.has(prefix + $0) }
      && !witnessesOfCLS.contains { checkpoint.has(prefix + $0) }
  }
}
