import Recipe
import Tensors

/// The encoder of DALL-E's discrete variational autoencoder, whose codes BEiT predicts (openai/DALL-E,
/// `dall_e/encoder.py`; microsoft/unilm, `beit/dall_e/encoder.py`).
///
/// Four groups of two blocks, of 1, 2, 4 and 8 times the width of the first; a block adds a 64th (one over the number
/// of blocks, squared) of its four convolutions to what it gets. It is never trained here.
package final class DalleEncoder: PictureTokenizer {
  /// Of the published network: 53,786,240 parameters.
  package static let publishedWidth = 256
  package static let publishedCodes = 8192
  private static let groups = 4
  private static let blocksEach = 2
  /// Black and white stay off the ends of 0...1 (`map_pixels`).
  private static let margin: Float = 0.1

  enum Names {
    static let input = "blocks.input.w"
    static let output = "blocks.output.conv.w"
  }

  package let codes: Int
  private let width: Int
  private let input: PaddedConvolution
  private let groups: [[DalleBlock]]
  private let output: PaddedConvolution

  /// - Parameter width: of the first group.
  init(width: Int, codes: Int, device: any ComputeDevice, source: any ParameterSource) {
    self.width = width
    self.codes = codes
    let scope = ParameterScope(source, name: "blocks")
    input = PaddedConvolution(3, width, side: 7, in: scope.child("input"))
    var inputs = width
    groups = (0..<Self.groups).map { group in
      let outputs = width << group
      return (0..<Self.blocksEach).map { block in
        defer { inputs = outputs }
        return DalleBlock(
          inputs, outputs, share: 1 / Float(Self.groups * Self.blocksEach * Self.groups * Self.blocksEach),
          in: scope.child("group_\(group + 1).block_\(block + 1)"))
      }
    }
    output = PaddedConvolution(inputs, codes, side: 1, in: scope.child("output.conv"))
  }

  /// Shapes of every parameter by its published name.
  package static func shapes(width: Int, codes: Int, device: any ComputeDevice) -> [(name: String, shape: [Int])] {
    let recorder = ShapeRecorder(device: device)
    _ = DalleEncoder(width: width, codes: codes, device: device, source: recorder)
    return recorder.shapes
  }

  package let stride = 8
  package var codebook: Tensor? { nil }
  package var report: String { "DALL-E's encoder of \(codes) codes, one for 8 x 8 pixels, \(width) channels" }
  package var parameters: [NamedTensor] {
    input.parameters(prefix: "blocks.input")
      + groups.enumerated().flatMap { group, blocks in
        blocks.enumerated().flatMap { $1.parameters(prefix: "blocks.group_\(group + 1).block_\($0 + 1)") }
      } + output.parameters(prefix: "blocks.output.conv")
  }

  package func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor? { nil }

  package func codes(of pixels: Tensor) -> [Int32] { rowArgmax(logits(of: pixels)) }

  /// - Parameter pixels: [B, 3, H, W] in 0...1.
  /// - Returns: [B, S / 8, S / 8, codes]
  package func logits(of pixels: Tensor) -> Tensor {
    // (1 - 2 margin) x + margin, as a norm.
    let scale = 1 / (1 - 2 * Self.margin)
    let map = patchify(
      pixels, patch: 1, mean: Array(repeating: -Self.margin * scale, count: 3),
      standardDeviation: Array(repeating: scale, count: 3)
    ).reshaped([pixels.shape[0], pixels.shape[2], pixels.shape[3], 3])
    return withoutHistory {
      var x = input(map)
      for (number, group) in groups.enumerated() {
        for block in group { x = block(x) }
        if number < groups.count - 1 { x = maxPool(x) }
      }
      return output(MapBias.rectified(x)).float32()
    }
  }
}

/// id(x) + share * 1x1(relu(3x3(relu(3x3(relu(3x3(relu(x))))))))
private struct DalleBlock: Module {
  private let identity: PaddedConvolution?
  private let path: [PaddedConvolution]
  private let share: Float

  init(_ inputs: Int, _ outputs: Int, share: Float, in scope: ParameterScope) {
    self.share = share
    identity =
      inputs == outputs ? nil : PaddedConvolution(inputs, outputs, side: 1, in: scope.child("id_path"))
    let hidden = outputs / 4
    path = [(inputs, hidden, 3), (hidden, hidden, 3), (hidden, hidden, 3), (hidden, outputs, 1)].enumerated().map {
      PaddedConvolution($1.0, $1.1, side: $1.2, in: scope.child("res_path.conv_\($0 + 1)"))
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    var hidden = x
    for layer in path { hidden = layer(MapBias.rectified(hidden)) }
    return add(identity.map { $0(x) } ?? x, scaled(hidden, by: share))
  }

  func parameters(prefix: String) -> [NamedTensor] {
    (identity?.parameters(prefix: joined(prefix, "id_path")) ?? [])
      + path.enumerated().flatMap { $1.parameters(prefix: joined(prefix, "res_path.conv_\($0 + 1)")) }
  }
}

/// A convolution that keeps a map's size, zeros around it, of a weight as DALL-E's files have it; no gradient.
private struct PaddedConvolution: Module {
  /// [outputs, inputs, side, side], as torch has it.
  private let w: Tensor
  /// [outputs]
  private let b: Tensor
  private let side: Int
  private let rows: KernelRows

  init(_ inputs: Int, _ outputs: Int, side: Int, in scope: ParameterScope) {
    w = scope.parameter("w", [outputs, inputs, side, side], .zeros)
    b = scope.parameter("b", [outputs], .zeros)
    self.side = side
    rows = KernelRows()
  }

  /// [B, H, W, inputs] -> [B, H, W, outputs]
  func callAsFunction(_ x: Tensor) -> Tensor {
    let precision = x.device.precision
    let weight = rows.weight(of: w)
    guard side > 1 else { return linear(x, weight: weight, bias: b, precision: precision) }
    guard side == 3 else { return linear(windows(x), weight: weight, bias: b, precision: precision) }
    return MapBias.added(convolution(x, weight: weight, precision: precision), b)
  }

  /// The windows of a map, [B, H, W, side * side * C] by (row, column, channel).
  private func windows(_ x: Tensor) -> Tensor {
    let (values, height, width, channels) = (x.array(), x.shape[1], x.shape[2], x.shape[3])
    let (reach, each) = (side / 2, side * side * channels)
    var windows = [Float](repeating: 0, count: x.shape[0] * height * width * each)
    for place in 0..<x.shape[0] * height * width {
      let (picture, row, column) = (place / (height * width), place / width % height, place % width)
      for dy in -reach...reach where (0..<height).contains(row + dy) {
        for dx in -reach...reach where (0..<width).contains(column + dx) {
          let from = ((picture * height + row + dy) * width + column + dx) * channels
          let into = place * each + ((dy + reach) * side + dx + reach) * channels
          for channel in 0..<channels { windows[into + channel] = values[from + channel] }
        }
      }
    }
    return Tensor(windows, shape: [x.shape[0], height, width, each], device: x.device)
  }

  func parameters(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "w"), tensor: w), NamedTensor(name: joined(prefix, "b"), tensor: b),
    ]
  }
}

/// A kernel [O, I, s, s] as the rows [O, s s I] that convolutions of maps take, made once.
private final class KernelRows {
  private var made: Tensor?

  func weight(of kernel: Tensor) -> Tensor {
    if let made { return made }
    let (outputs, inputs, area) = (kernel.shape[0], kernel.shape[1], kernel.shape[2] * kernel.shape[3])
    let values = kernel.array()
    var rows = [Float](repeating: 0, count: values.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for place in 0..<area {
          rows[(output * area + place) * inputs + input] = values[(output * inputs + input) * area + place]
        }
      }
    }
    let weight = Tensor(rows, shape: [outputs, area * inputs], device: kernel.device)
    weight.isConstant = true
    made = weight
    return weight
  }
}
