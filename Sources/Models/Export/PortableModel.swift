import Foundation
import Recipe
import Tensors

/// An image model and what stands on it, as other libraries are given it.
package struct PortableModel {
  package let model: VisionTransformer
  package let normalization: PixelNormalization
  /// Share of the resized shorter side that the centre crop keeps.
  package let cropShare: Float
  /// A classifier on the model; nil for features alone.
  package let classifier: Classifier?
  /// In the order of their numbers.
  package let classes: [String]
  /// A head that tells the classes of pixels; nil for none.
  package let segmentation: (any SegmentationHead)?
  /// The text tower that the model was trained with, where it is there too.
  package let text: LoadedText?

  /// Reads weights or a run's checkpoint.
  /// - Parameters:
  ///   - url: as for ``loadVision(from:device:tower:grid:imageSize:activation:)``
  ///   - imageSize: in pixels, of the pictures that the model is to see; nil: its own
  /// - Returns: the model, and what the loader recognised.
  package static func read(
    _ url: URL, tower: String?, imageSize: PlaneSize?, device: any ComputeDevice
  ) throws -> (model: PortableModel, vision: LoadedVision) {
    let vision = try loadVision(from: url, device: device, tower: tower, imageSize: imageSize)
    let segmentation =
      try tower == nil && vision.card?.segmentation != nil ? loadSegmentation(from: url, device: device) : nil
    if let problem = segmentation?.model.shape.problem(on: vision.model.configuration) {
      throw CheckpointError.file(
        url.path, "cannot be used at \(vision.model.configuration.imageSize) pixels: \(problem)")
    }
    let classifier = try tower == nil ? loadClassifier(from: url, device: device, imageSize: imageSize) : nil
    return (
      PortableModel(
        model: classifier?.model.backbone ?? vision.model, normalization: vision.normalization,
        cropShare: classifier?.cropShare ?? vision.cropShare, classifier: classifier?.model,
        classes: classifier?.classes ?? segmentation?.classes ?? [],
        segmentation: segmentation?.model.head, text: try tower == nil ? textTower(url, vision, device) : nil), vision
    )
  }

  private static func textTower(
    _ url: URL, _ vision: LoadedVision, _ device: any ComputeDevice
  ) throws -> LoadedText? {
    guard vision.card?.text != nil || vision.card == nil && vision.family == .clip else { return nil }
    let hasText = try vision.card != nil || TextLayout.isThere(in: CheckpointFolder(url))
    return try hasText ? loadText(from: url, device: device) : nil
  }

  var configuration: VisionTransformerConfiguration { model.configuration }

  /// Layer norms of this epsilon and of 1e-6 differ by less than the rounding of what they give.
  static let unfeltEpsilon: Float = 2e-6

  private func positionsWithPatchBias(_ positions: Tensor) -> [Float] {
    let (values, width) = (positions.array(), configuration.width)
    guard let bias = model.patchEmbedding.bias?.array() else { return values }
    return values.indices.map { $0 < width ? values[$0] : values[$0] + bias[$0 % width] }
  }

  /// How the biases of queries, keys and values are wanted.
  enum Biases { case whole, withoutKey }

  /// All arrays under timm's names with the shapes that files give them; a model without CLS has positions of its
  /// patches alone.
  /// - Parameter patchBias: whether the class has a bias in its patch embedding; where it has none, the positions of
  ///   the patches take it into themselves.
  func tensors(_ biases: Biases, keepsMaskToken: Bool, patchBias: Bool = true) -> [PortableTensor] {
    var all: [PortableTensor] = []
    func add(_ name: String, _ shape: [Int], _ values: @escaping () -> [Float]) {
      all.append(PortableTensor(name: name, shape: shape, values: values))
    }
    let width = configuration.width
    for parameter in model.parameters() where !parameter.name.hasPrefix("head.") {
      let (name, tensor) = (parameter.name, parameter.tensor)
      let stem = name.split(separator: ".").dropLast().joined(separator: ".")
      switch name {
      case "mask_token" where !keepsMaskToken: continue
      case "patch_embed.proj.bias" where !patchBias: continue
      case "pos_embed" where !patchBias: continue
      case "pos_embed" where configuration.pooling != nil:
        add(name, [1, tensor.shape[0] - 1, width]) { Array(tensor.array().dropFirst(width)) }
      case _ where name.hasSuffix("attn.qkv.bias") && biases == .withoutKey:
        let attention = String(stem.dropLast(".qkv".count))
        add("\(attention).q_bias", [width]) { Array(tensor.array().prefix(width)) }
        add("\(attention).v_bias", [width]) { Array(tensor.array().suffix(width)) }
      case _ where name.hasSuffix("attn.q_bias") && biases == .whole:
        let value = model.parameters().first { $0.name == "\(stem).v_bias" }
        add("\(stem).qkv.bias", [3 * width]) {
          tensor.array() + [Float](repeating: 0, count: width) + (value?.tensor.array() ?? [])
        }
      case _ where name.hasSuffix("attn.v_bias") && biases == .whole: continue
      default: add(name, fileShape(name, tensor.shape, configuration)) { tensor.array() }
      }
    }
    if configuration.positions.isFixed || !patchBias, let positions = model.positions {
      let first = configuration.pooling == nil ? 0 : 1
      add("pos_embed", [1, positions.shape[0] - first, width]) {
        let all = patchBias ? positions.array() : self.positionsWithPatchBias(positions)
        return Array(all.dropFirst(first * width))
      }
    }
    if !configuration.patchBias, patchBias {
      add("patch_embed.proj.bias", [width]) { [Float](repeating: 0, count: width) }
    }
    for parameter in classifier?.ownParameters() ?? [] {
      add(parameter.name, parameter.tensor.shape) { parameter.tensor.array() }
    }
    return all
  }
}

/// An array on its way to another library.
struct PortableTensor {
  var name: String
  var shape: [Int]
  var values: () -> [Float]

  var stored: StoredTensor { StoredTensor(name: name, shape: shape, values: values) }

  /// The same array under another name.
  func named(_ name: String) -> PortableTensor {
    var named = self
    named.name = name
    return named
  }

  /// Parts along the first axis, one below the other.
  /// - Parameter parts: names, and rows out of as many as the array has
  func split(_ parts: [(name: String, rows: Int)]) -> [PortableTensor] {
    var start = 0
    return parts.map { part in
      let row = shape.dropFirst().reduce(1, *)
      let range = start * row..<(start + part.rows) * row
      start += part.rows
      let whole = values
      return PortableTensor(name: part.name, shape: [part.rows] + shape.dropFirst()) { Array(whole()[range]) }
    }
  }

  /// The same number everywhere.
  static func constant(_ name: String, _ shape: [Int], _ value: Float) -> PortableTensor {
    PortableTensor(name: name, shape: shape) { [Float](repeating: value, count: shape.reduce(1, *)) }
  }
}
