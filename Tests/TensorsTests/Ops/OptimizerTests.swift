import ArrayDifference
import Foundation
import Tensors
import Testing

@Suite struct OptimizerTests {
  /// Two groups, five steps of changing rate, the last with zero gradients; torch.optim.AdamW is the truth.
  private struct Run {
    let fixture: OpFixture
    let parameters: [String: Tensor]
    let optimizer: AdamW

    init(_ engine: Engine) throws {
      fixture = try #require(OpFixture.all["adamW"])
      let device = engine.device(threads: 1)
      var parameters: [String: Tensor] = [:]
      for name in ["decayed", "plain", "idle"] {
        let values = try #require(fixture.inputs[name])
        let tensor = Tensor(values.values, shape: values.shape, device: device)
        tensor.requiresGradient = true
        parameters[name] = tensor
      }
      self.parameters = parameters
      func named(_ name: String) throws -> NamedTensor {
        NamedTensor(name: name, tensor: try #require(parameters[name]))
      }
      optimizer = AdamW(
        groups: [
          ParameterGroup(parameters: [try named("decayed"), try named("idle")], weightDecay: 0.3),
          ParameterGroup(parameters: [try named("plain")], weightDecay: 0, learningRateScale: 0.5),
        ], beta1: 0.9, beta2: 0.98, epsilon: 1e-6)
    }

    func step(_ number: Int) throws {
      for name in ["decayed", "plain"] {
        let values = try #require(fixture.inputs["\(name).\(number)"])
        let tensor = try #require(parameters[name])
        tensor.gradient = Tensor(values.values, shape: values.shape, device: tensor.device)
      }
      optimizer.step(learningRate: try #require(fixture.inputs["rates"]).values[number])
    }

    func check() throws {
      for (name, tensor) in parameters {
        expectClose(tensor.array(), try #require(fixture.gradients[name]).values, within: 2e-6, name)
      }
      let state = optimizer.state()
      #expect(state.map(\.name).sorted() == fixture.gradients.keys.filter { $0.contains(".exp_avg") }.sorted())
      for moment in state {
        expectClose(moment.tensor.array(), try #require(fixture.gradients[moment.name]).values, moment.name)
      }
    }
  }

  @Test(arguments: Engine.float32)
  func fiveStepsAreTorchs(engine: Engine) throws {
    let run = try Run(engine)
    for number in 0..<5 { try run.step(number) }
    #expect(run.optimizer.stepCount == 5)
    try run.check()
    run.optimizer.zeroGradients()
    #expect(run.parameters.values.allSatisfy { $0.gradient == nil })
  }

  /// Saved after three steps and loaded into a fresh optimiser, the rest of the run is the same to the last bit.
  @Test(arguments: Engine.float32)
  func stateCarriesARunOn(engine: Engine) throws {
    let whole = try Run(engine)
    for number in 0..<5 { try whole.step(number) }
    let begun = try Run(engine)
    for number in 0..<3 { try begun.step(number) }
    let resumed = try Run(engine)
    for (name, tensor) in resumed.parameters { tensor.write(try #require(begun.parameters[name]).array()) }
    let state = Dictionary(uniqueKeysWithValues: begun.optimizer.state().map { ($0.name, $0.tensor.array()) })
    try resumed.optimizer.load(state: state, stepCount: begun.optimizer.stepCount)
    for number in 3..<5 { try resumed.step(number) }
    for (name, tensor) in resumed.parameters {
      #expect(difference(tensor.array(), whole.parameters[name]?.array() ?? []) == nil, "\(name)")
    }
    #expect(resumed.optimizer.stepCount == 5)
    try resumed.check()
  }

  @Test(arguments: Engine.float32)
  func aStateOfAnotherModelIsRefused(engine: Engine) throws {
    let run = try Run(engine)
    try run.step(0)
    let error = try #require(throws: OptimizerStateError.self) {
      try run.optimizer.load(
        state: ["plain.exp_avg": [1, 2, 3, 4, 5], "plain.exp_avg_sq": [1, 2]], stepCount: 7)
    }
    #expect(
      error.description
        == "the optimiser state of plain has 2 values where 5 are expected: it was saved by another model")
  }

  @Test(arguments: Engine.float32)
  func globalNormAndScaling(engine: Engine) throws {
    let device = engine.device(threads: 2)
    var parameters: [NamedTensor] = []
    var squares = 0.0
    for (i, count) in [3, 40_000, 1, 4097].enumerated() {
      let tensor = Tensor.zeros([count], device: device)
      tensor.requiresGradient = true
      let values = normalValues(count, seed: UInt64(i))
      tensor.gradient = Tensor(values, shape: [count], device: device)
      squares += values.reduce(0.0) { $0 + Double($1) * Double($1) }
      parameters.append(NamedTensor(name: "p\(i)", tensor: tensor))
    }
    let idle = Tensor.zeros([5], device: device)
    idle.requiresGradient = true
    parameters.append(NamedTensor(name: "idle", tensor: idle))
    let norm = globalGradientNorm(parameters)
    #expect(abs(Double(norm) / sqrt(squares) - 1) < 1e-6)
    scaleGradients(parameters, by: 0.25)
    #expect(abs(globalGradientNorm(parameters) / norm - 0.25) < 1e-7)
    #expect(idle.gradient == nil)
    #expect(globalGradientNorm([]) == 0)
  }

  @Test(arguments: Engine.float32)
  func movingAverage(engine: Engine) {
    let device = engine.device(threads: 2)
    let (target, source) = (normalValues(40_003, seed: 1), normalValues(40_003, seed: 2))
    let teacher = Tensor(target, shape: [40_003], device: device)
    let student = Tensor(source, shape: [40_003], device: device)
    exponentialMovingAverage(teacher, toward: student, momentum: 0.996)
    let expected = zip(target, source).map { Float(Double($0) * 0.996 + Double($1) * 0.004) }
    expectClose(teacher.array(), expected, within: 1e-6, "average")
    #expect(difference(student.array(), source) == nil)
    exponentialMovingAverage(teacher, toward: student, momentum: 0)
    #expect(difference(teacher.array(), source) == nil)
  }
}
