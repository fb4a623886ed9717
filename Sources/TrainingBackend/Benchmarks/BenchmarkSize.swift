import Recipe

/// Sizes of a measured step. The teacher is a CLIP-like tower of the student's size.
package struct BenchmarkSize: Codable, Equatable, Sendable {
  /// Edges in pixels.
  package var image: PlaneSize
  package var patch: Int
  package var width: Int
  package var depth: Int
  package var heads: Int
  /// Pictures of a step.
  package var batch: Int
  /// Width of the teacher's projected features.
  package var outputs: Int

  package init(image: PlaneSize, patch: Int, width: Int, depth: Int, heads: Int, batch: Int, outputs: Int) {
    self.image = image
    self.patch = patch
    self.width = width
    self.depth = depth
    self.heads = heads
    self.batch = batch
    self.outputs = outputs
  }

  /// The sizes that figures are quoted for, and `demo`, the student of the session of that name.
  package static let named: [(name: String, size: BenchmarkSize)] = [
    ("demo", BenchmarkSize(image: 64, patch: 8, width: 128, depth: 4, heads: 4, batch: 64, outputs: 64)),
    ("tiny-32", BenchmarkSize(image: 32, patch: 4, width: 192, depth: 6, heads: 3, batch: 64, outputs: 192)),
    ("small-64", BenchmarkSize(image: 64, patch: 8, width: 384, depth: 12, heads: 6, batch: 32, outputs: 384)),
    ("base-224", BenchmarkSize(image: 224, patch: 16, width: 768, depth: 12, heads: 12, batch: 8, outputs: 512)),
  ]

  package var grid: PlaneSize { image / patch }
  /// CLS and patches.
  package var tokens: Int { 1 + grid.area }
  /// 75 of 196 patches, rounded down.
  package var masked: Int { max(1, grid.area * 75 / 196) }

  /// What makes a step of these sizes impossible, as a sentence; nil when nothing does.
  package var problem: String? {
    for (name, value) in [
      ("image-size", image.shorter), ("patch-size", patch), ("width", width), ("depth", depth), ("heads", heads),
      ("batch", batch), ("outputs", outputs),
    ] where value < 1 {
      return "--\(name) is \(value): give 1 or more."
    }
    guard image.isMultiple(of: patch), grid.area > 1 else {
      return "--patch-size \(patch) must divide --image-size \(image) and leave more than one patch."
    }
    guard width % heads == 0 else { return "--heads \(heads) must divide --width \(width)." }
    return nil
  }

  /// Work of the matrix products of one step in GFLOP, a multiply-add counted as two: a backward pass is twice its
  /// forward, less the gradient of the pixels; the teacher goes forward only. What switches save or add is not counted:
  /// it is the work of the same step done in full.
  package var gflop: Double { gflop(of: PretrainingWork(outputs: outputs)) }

  /// The same of another way of pre-training.
  package func gflop(of work: PretrainingWork) -> Double {
    let patches = tokens - 1
    let seen = work.encoding == .sparse ? patches - work.masked : patches
    let embedding = embedding(of: seen)
    var forward = embedding + blocks(of: 1 + seen)
    var aligned = 0.0
    if let regressor = work.regressor {
      forward +=
        regression(regressor, masked: work.masked)
        + blocks(of: work.masked, depth: regressor.decoderDepth, width: width)
      forward += Double(batch * work.masked * 2 * width * work.outputs)
      aligned = self.embedding(of: work.masked) + blocks(of: 1 + work.masked)
    } else if let decoder = work.decoder {
      forward += Double(batch * (1 + seen) * 2 * width * decoder.width)
      forward += blocks(of: tokens, depth: decoder.depth, width: decoder.width)
      forward += Double(batch * tokens * 2 * decoder.width * work.outputs)
    } else {
      forward += Double(batch * (1 + seen) * 2 * width * work.outputs)
    }
    if work.furtherBlocks > 0 {
      forward += blocks(of: tokens, depth: work.furtherBlocks, width: width)
      forward += Double(batch * tokens * 2 * width * work.outputs)
    }
    let teacher =
      work.hasTeacher
      ? self.embedding(of: patches) + blocks(of: tokens) + Double(batch * tokens * 2 * width * outputs) : 0
    return (3 * forward - embedding + teacher + aligned) / 1e9
  }

  /// Of blocks in which masked patches look at all: their queries, outputs and MLPs, keys and values of all.
  private func regression(_ shape: RegressorShape, masked: Int) -> Double {
    let patches = tokens - 1
    let each = masked * 20 * width * width + patches * 4 * width * width + 4 * masked * patches * width
    return Double(batch * shape.depth) * Double(each)
  }

  /// The same of a fine-tuning, which has no teacher and a head on one feature a picture.
  package func fineTuningGFLOP(classes: Int) -> Double {
    backboneGFLOP(learns: true) + 3 * Double(batch * 2 * width * classes) / 1e9
  }

  /// The same of the transformer alone.
  /// - Parameter learns: whether it goes backward, too.
  func backboneGFLOP(learns: Bool) -> Double {
    let (embedding, blocks) = (embedding(of: tokens - 1), blocks(of: tokens))
    return (learns ? 3 * (embedding + blocks) - embedding : embedding + blocks) / 1e9
  }

  private func embedding(of patches: Int) -> Double { 2.0 * Double(batch * patches * 3 * patch * patch * width) }

  private func blocks(of tokens: Int) -> Double { blocks(of: tokens, depth: depth, width: width) }

  private func blocks(of tokens: Int, depth: Int, width: Int) -> Double {
    Double(batch * tokens) * Double(depth) * Double(24 * width * width + 4 * tokens * width)
  }
}
