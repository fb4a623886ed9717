/// Which naming scheme a tower of a checkpoint follows, and what stands before its names there.
struct TowerLayout {
  let scheme: NameScheme
  let prefix: String

  /// Finds the image tower, whatever wrappers (`module.`, `backbone.`, `teacher.`, `vision_model.`, ...) its names carry.
  static func imageTower(in checkpoint: CheckpointFolder) throws -> TowerLayout {
    let schemes: [NameScheme] = [.transformersCLIP, .transformersViT, .timm, .openAI]
    for scheme in schemes {
      let prefixes = checkpoint.names.compactMap { name -> String? in
        guard name.hasSuffix(scheme.landmark) else { return nil }
        let prefix = String(name.dropLast(scheme.landmark.count))
        guard prefix.isEmpty || prefix.hasSuffix("."), checkpoint.has(prefix + scheme.witness) else { return nil }
        return prefix
      }
      // A DINO run stores student and teacher; the teacher is the better model and the one its authors publish.
      if let prefix = prefixes.min(by: { rank($0) < rank($1) }) { return TowerLayout(scheme: scheme, prefix: prefix) }
    }
    let some = checkpoint.names.prefix(3).joined(separator: ", ")
    throw CheckpointError.file(
      checkpoint.path,
      "holds no vision transformer under the names of transformers, timm, DINO, OpenAI or open_clip "
        + "(its tensors are \(some.isEmpty ? "none" : some + ", ...")), give a CLIP, DINO, DINOv2, BEiT or ViT checkpoint"
    )
  }

  private static func rank(_ prefix: String) -> (Int, Int, String) {
    (prefix.contains("teacher.") ? 0 : 1, prefix.count, prefix)
  }

  func places(_ name: String) -> [TensorPlace] { scheme.places(name, prefix: prefix) }

  /// Blocks that the checkpoint holds: one more than the highest number.
  func depth(in checkpoint: CheckpointFolder) -> Int {
    let starts = scheme.blockPrefixes.map { prefix + $0 }
    let numbers = checkpoint.names.compactMap { name -> Int? in
      guard let start = starts.first(where: { name.hasPrefix($0) }) else { return nil }
      return Int(name.dropFirst(start.count).prefix { $0 != "." })
    }
    return (numbers.filter { $0 >= 0 && $0 < 1000 }.max() ?? -1) + 1
  }
}
