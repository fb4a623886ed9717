import Tensors

/// How a parameter begins.
package enum Initialization: Sendable, Equatable {
  case constant(Float)
  case normal(standardDeviation: Float)
  /// Between -bound and bound.
  case uniform(bound: Float)
  /// Normal, cut at one standard deviation either side, as BEiT has it.
  case truncatedNormal(standardDeviation: Float)

  package static let zeros = Initialization.constant(0)
  package static let ones = Initialization.constant(1)
  /// What BEiT gives linear layers, convolutions, tokens and positions (unilm/beit/modeling_pretrain.py).
  package static let beit = Initialization.truncatedNormal(standardDeviation: 0.02)

  /// What MAE gives linear layers: uniform within √(6 / (inputs + outputs)).
  package static func xavier(_ inputs: Int, _ outputs: Int) -> Initialization {
    .uniform(bound: (6 / Float(inputs + outputs)).squareRoot())
  }
  /// torch's own for layers and convolutions of so many inputs.
  package static func torch(_ inputs: Int) -> Initialization { .uniform(bound: 1 / Float(inputs).squareRoot()) }
  /// What MAE gives tokens.
  package static let maeToken = Initialization.normal(standardDeviation: 0.02)
}

/// Where a module being built gets its parameters from: random numbers, a checkpoint, or nowhere if only shapes
/// matter.
protocol ParameterSource: AnyObject {
  func parameter(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor
  /// An array that is no parameter: no gradient is gathered for it.
  func constant(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor
}

extension ParameterSource {
  func constant(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor {
    let tensor = parameter(name, shape: shape, initialization)
    tensor.requiresGradient = false
    return tensor
  }
}

/// A source and the name of the module being built.
package struct ParameterScope {
  let source: any ParameterSource
  let name: String

  init(_ source: any ParameterSource, name: String = "") {
    self.source = source
    self.name = name
  }

  /// Fresh parameters for a module outside a model, such as a head.
  /// - Parameters:
  ///   - name: first part of the parameters' names, on which their values depend.
  package init(name: String, device: any ComputeDevice, seed: UInt64) {
    self.init(RandomParameters(device: device, seed: seed), name: name)
  }

  func child(_ name: String) -> ParameterScope { ParameterScope(source, name: joined(self.name, name)) }

  func parameter(_ name: String, _ shape: [Int], _ initialization: Initialization = .beit) -> Tensor {
    source.parameter(joined(self.name, name), shape: shape, initialization)
  }

  /// An array that is no parameter.
  func constant(_ name: String, _ shape: [Int], _ initialization: Initialization) -> Tensor {
    source.constant(joined(self.name, name), shape: shape, initialization)
  }
}

/// Fresh parameters: values are a function of the seed, the parameter's name and the place in it.
final class RandomParameters: ParameterSource {
  let device: any ComputeDevice
  let seed: UInt64

  init(device: any ComputeDevice, seed: UInt64) {
    self.device = device
    self.seed = seed
  }

  func parameter(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor {
    let tensor = make(name, shape, initialization)
    tensor.requiresGradient = true
    return tensor
  }

  private func make(_ name: String, _ shape: [Int], _ initialization: Initialization) -> Tensor {
    let count = shape.reduce(1, *)
    switch initialization {
    case .constant(let value): return .full(value, shape, device: device)
    case .normal(let deviation):
      var generator = Philox(seed: seed, purpose: .initialization, stream: stableHash(name))
      return Tensor((0..<count).map { _ in deviation * generator.normal() }, shape: shape, device: device)
    case .uniform(let bound):
      var generator = Philox(seed: seed, purpose: .initialization, stream: stableHash(name))
      return Tensor((0..<count).map { _ in generator.uniform(-bound, bound) }, shape: shape, device: device)
    case .truncatedNormal(let deviation):
      let values = truncatedNormals(count, standardDeviation: deviation, seed: seed, stream: stableHash(name))
      return Tensor(values, shape: shape, device: device)
    }
  }
}

/// Notes which parameters a module asks for, without making any.
final class ShapeRecorder: ParameterSource {
  private(set) var shapes: [(name: String, shape: [Int])] = []
  private let nothing: Tensor

  init(device: any ComputeDevice) { nothing = .zeros([1], device: device) }

  func parameter(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor {
    shapes.append((name, shape))
    return nothing
  }

  func constant(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor { nothing }
}

/// FNV-1a: the same number for the same name in every process.
func stableHash(_ name: String) -> UInt64 {
  name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
