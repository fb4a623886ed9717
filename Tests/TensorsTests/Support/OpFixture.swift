import Foundation
import Tensors

/// One case of `Fixtures/ops.json`: what torch computes in float64 (see `Fixtures/make_ops.py`).
struct OpFixture: Decodable, Sendable {
  struct Values: Decodable, Sendable {
    var shape: [Int]
    var values: [Float]
  }

  var inputs: [String: Values]
  var output: Values
  var upstream: Values?
  var gradients: [String: Values]

  static let all: [String: OpFixture] = {
    guard let url = Bundle.module.url(forResource: "ops", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([String: OpFixture].self, from: data)
    else { return [:] }
    return cases
  }()
}

/// The inputs of a case by name: `$0.x` is a tensor; functions give the other kinds of argument.
@dynamicMemberLookup
struct OpInputs {
  var tensors: [String: Tensor]

  init(_ fixture: OpFixture, device: any ComputeDevice) {
    tensors = fixture.inputs.mapValues { Tensor($0.values, shape: $0.shape, device: device) }
    for name in fixture.gradients.keys { tensors[name]?.requiresGradient = true }
  }

  subscript(dynamicMember name: String) -> Tensor {
    guard let tensor = tensors[name] else { preconditionFailure("the case has no input \(name)") }
    return tensor
  }

  func floats(_ name: String) -> [Float] { self[dynamicMember: name].array() }
  func integers(_ name: String) -> [Int32] { floats(name).map { Int32($0) } }
  func flags(_ name: String) -> [Bool] { floats(name).map { $0 != 0 } }
}
