import Recipe
import Tensors

/// Sizes of a ``DiscreteVAE``.
package struct DiscreteVAEConfiguration: Codable, Equatable, Sendable {
  /// Codes of the book.
  package var codes = 256
  /// Numbers that a code stands for.
  package var codeWidth = 32
  /// Channels of the maps between pictures and codes.
  package var width = 32
  /// How often a map is halved: a code stands for 2^halvings pixels along an edge.
  package var halvings = 3

  package init() {}

  package var stride: Int { 1 << halvings }

  enum CodingKeys: String, CodingKey {
    case codes, width, halvings
    case codeWidth = "code_width"
  }
}

/// A discrete variational autoencoder, the small one of BEiT's code (microsoft/unilm, `beit/modeling_discrete_vae.py`):
/// 4x4 convolutions that halve a map, each followed by a residual block, one logit a code for every place; codes stand
/// for vectors of which the same in reverse makes the picture again.
///
/// Maps are rows of pixels, [B, H, W, C]. The picture goes in, and comes out, as 2 x - 1 for values in 0...1.
package final class DiscreteVAE: Module {
  package let configuration: DiscreteVAEConfiguration
  private let encoder: [(halving: ResizingLayer, block: ResidualMap)]
  private let logits: Linear
  /// [code width, codes]: a column a code.
  private let book: Tensor
  private let decoder: [(doubling: ResizingLayer, block: ResidualMap)]
  private let colours: Linear
  private let device: any ComputeDevice

  package convenience init(_ configuration: DiscreteVAEConfiguration, device: any ComputeDevice, seed: UInt64) {
    self.init(configuration, device: device, source: RandomParameters(device: device, seed: seed))
  }

  init(_ configuration: DiscreteVAEConfiguration, device: any ComputeDevice, source: any ParameterSource) {
    self.configuration = configuration
    self.device = device
    let scope = ParameterScope(source)
    let width = configuration.width
    encoder = (0..<configuration.halvings).map { level in
      let scope = scope.child("encoder.\(level)")
      return (
        ResizingLayer(.halving, level == 0 ? 3 : width, width, in: scope.child("halving")),
        ResidualMap(width, in: scope.child("block"))
      )
    }
    logits = Linear(width, configuration.codes, in: scope.child("logits"), weight: .torch(width))
    book = scope.parameter(
      "codebook.weight", [configuration.codeWidth, configuration.codes], .normal(standardDeviation: 1))
    decoder = (0..<configuration.halvings).map { level in
      let scope = scope.child("decoder.\(level)")
      return (
        ResizingLayer(.doubling, level == 0 ? configuration.codeWidth : width, width, in: scope.child("doubling")),
        ResidualMap(width, in: scope.child("block"))
      )
    }
    colours = Linear(width, 3, in: scope.child("colours"), weight: .torch(width))
  }

  /// - Parameter map: [B, H, W, 3], about -1...1.
  /// - Returns: [B, S / stride, S / stride, codes]
  package func logits(of map: Tensor) -> Tensor {
    var x = map
    for level in encoder { x = level.block(level.halving(x)) }
    return logits(x).float32()
  }

  /// - Parameter weights: [B, h, w, codes], what each code counts at each place; they add up to 1.
  /// - Returns: [B, h * stride, w * stride, 3], about -1...1.
  package func picture(of weights: Tensor) -> Tensor {
    var x = linear(weights, weight: book, precision: device.precision)
    for level in decoder { x = level.block(level.doubling(x)) }
    return colours(x).float32()
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    func parts(_ name: String, _ levels: [(ResizingLayer, ResidualMap)], _ layer: String) -> [NamedTensor] {
      levels.enumerated().flatMap { number, level in
        level.0.parameters(prefix: joined(prefix, "\(name).\(number).\(layer)"))
          + level.1.parameters(prefix: joined(prefix, "\(name).\(number).block"))
      }
    }
    return parts("encoder", encoder, "halving") + logits.parameters(prefix: joined(prefix, "logits"))
      + [NamedTensor(name: joined(prefix, "codebook.weight"), tensor: book)]
      + parts("decoder", decoder, "doubling") + colours.parameters(prefix: joined(prefix, "colours"))
  }
}

/// Pictures as maps and back.
extension DiscreteVAE {
  /// - Parameter pixels: [B, 3, H, W] in 0...1.
  /// - Returns: [B, H, W, 3] in -1...1.
  package func map(of pixels: Tensor) -> Tensor {
    // A patch of one pixel is its three colours.
    patchify(pixels, patch: 1, mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5])
      .reshaped([pixels.shape[0], pixels.shape[2], pixels.shape[3], 3])
  }

  /// - Parameter map: [B, H, W, 3] in -1...1.
  /// - Returns: [B, 3, H, W] in 0...1.
  static func pixels(of map: Tensor) -> Tensor {
    let (values, each) = (map.array(), map.shape[1] * map.shape[2])
    var planes = [Float](repeating: 0, count: values.count)
    for picture in 0..<map.shape[0] {
      for place in 0..<each {
        for channel in 0..<3 {
          let value = values[(picture * each + place) * 3 + channel]
          planes[(picture * 3 + channel) * each + place] = min(max(0.5 * value + 0.5, 0), 1)
        }
      }
    }
    return Tensor(planes, shape: [map.shape[0], 3, map.shape[1], map.shape[2]], device: map.device)
  }
}

extension DiscreteVAE: PictureTokenizer {
  package var codes: Int { configuration.codes }
  package var stride: Int { configuration.stride }
  package var parameters: [NamedTensor] { parameters(prefix: "") }

  package var report: String {
    "dVAE of \(configuration.codes) codes, one for \(stride) x \(stride) pixels, \(configuration.width) channels"
  }

  package var codebook: Tensor? {
    let (values, width, codes) = (book.array(), configuration.codeWidth, configuration.codes)
    return Tensor(
      (0..<codes).flatMap { code in (0..<width).map { values[$0 * codes + code] } }, shape: [codes, width],
      device: device)
  }

  package func codes(of pixels: Tensor) -> [Int32] { rowArgmax(logits(of: map(of: pixels))) }

  package func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor? {
    let pictures = codes.count / max(grid.area, 1)
    var weights = [Float](repeating: 0, count: codes.count * configuration.codes)
    for (place, code) in codes.enumerated() { weights[place * configuration.codes + Int(code)] = 1 }
    return DiscreteVAE.pixels(
      of: picture(of: Tensor(weights, shape: [pictures, grid.height, grid.width, configuration.codes], device: device)))
  }
}
