import Recipe
import Tensors

/// Two more blocks behind a student, over the CLS token of its last block and the patches of an earlier one: what the
/// patches lack there they can only have from CLS, which so comes to tell of the whole picture.
///
/// Source: Peng et al. 2022, arXiv 2208.06366, section 2.3; microsoft/unilm, `beit2/modeling_pretrain.py`
/// (`VisionTransformerForMaskedImageModelingCLS`).
package struct AggregationBlocks: Module {
  /// How many there are.
  package static let depth = 2

  /// How many of the student's blocks the patches come from: 9 of 12 and 21 of 24, as published, 3/4 of fewer.
  package let early: Int
  private let studentDepth: Int
  private let blocks: [Block]

  /// - Parameter name: first part of the parameters' names, on which their initial values depend.
  package init(
    of student: VisionTransformerConfiguration, name: String, device: any ComputeDevice, seed: UInt64
  ) {
    let scope = ParameterScope(name: name, device: device, seed: seed)
    let early = Self.early(of: student.depth)
    self.early = early
    studentDepth = student.depth
    let rotation = student.rotary?.rotation(
      grid: student.grid, headWidth: student.width / student.heads, hasCLS: student.pooling == nil,
      registers: 0, device: device)
    blocks = (0..<Self.depth).map { place in
      let initialization: BlockInitialization =
        switch student.initialValues {
        case .beit: .beit(block: early + place)
        case .width: .byWidth(student.width, depth: student.depth + Self.depth)
        case .xavier, .xavierLayers: .xavier(width: student.width, hidden: student.hidden)
        }
      return Block(
        student.block, rotation: rotation, in: scope.child("\(place)"), initialization: initialization)
    }
  }

  private static func early(of depth: Int) -> Int { depth >= 12 ? depth - 3 : max(1, 3 * depth / 4) }

  /// - Parameters:
  ///   - cls: [B, D], of the last block
  ///   - patches: [B, 1 + M, D] of the earlier block, whose own CLS is left out
  ///   - positionBias: what the student's blocks add to their scores
  ///   - dropPath: decisions for this batch while training, nil otherwise
  ///   - rows: the tokens that are wanted, numbers among the B * (1 + M); nil: all
  ///   - observe: is given what each stage makes, by its name
  /// - Returns: [B, 1 + M, D], or [rows, D], before the student's final norm
  package func callAsFunction(
    cls: Tensor, patches: Tensor, positionBias: Tensor?, dropPath: DropPath? = nil, rows: [Int32]? = nil,
    recomputes: Bool = false, observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    let (pictures, tokens, width) = (patches.shape[0], patches.shape[1], patches.shape[2])
    let all = concatenateRows([cls, patches.reshaped([pictures * tokens, width])])
    let sources: [Int32] = (0..<pictures).flatMap { picture -> [Int32] in
      let first = Int32(pictures + picture * tokens)
      return [Int32(picture)] + (1..<Int32(tokens)).map { first + $0 }
    }
    var x = gatherRows(all, sources).reshaped([pictures, tokens, width])
    let keep = dropPath?.keep(behind: early..<early + blocks.count, depth: studentDepth, batch: pictures)
    for (place, block) in blocks.enumerated() {
      let rows = place == blocks.count - 1 ? rows : nil
      x =
        recomputes
        ? block.recomputed(x, positionBias: positionBias, keep: keep?[place], rows: rows)
        : block(x, positionBias: positionBias, keep: keep?[place], rows: rows)
      observe?("CLS block \(place + 1)", x)
    }
    return x
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    blocks.enumerated().flatMap { $0.element.parameters(prefix: joined(prefix, "\($0.offset)")) }
  }
}
