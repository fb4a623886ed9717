import Tensors
import Testing

@Suite struct OpTests {
  @Test func everyCaseOfTheFixturesIsTested() {
    #expect(Set(OpFixture.all.keys) == Set(OpTable.ops.keys).union(["adamW"]))
  }

  /// Output and all gradients against torch in float64, to the rounding of the number format.
  @Test(arguments: OpTable.ops.keys.sorted(), Engine.all)
  func outputAndGradientsAreTorchs(name: String, engine: Engine) throws {
    for threads in [1, 2] { try compareWithTorch(name, engine, threads: threads) }
  }

  private func compareWithTorch(_ name: String, _ engine: Engine, threads: Int) throws {
    let tolerance = engine.tolerance(name)
    let fixture = try #require(OpFixture.all[name])
    let op = try #require(OpTable.ops[name])
    let inputs = OpInputs(fixture, device: engine.device(threads: threads))
    let output = op(inputs)
    #expect(output.shape == fixture.output.shape)
    #expect(output.device.failure == nil)
    expectClose(output.array(), fixture.output.values, within: tolerance, "output")
    guard let upstream = fixture.upstream else { return }

    dotProduct(output, upstream.values).backward()
    #expect(output.device.failure == nil)
    for (input, expected) in fixture.gradients {
      let gradient = try #require(inputs.tensors[input]?.gradient, "no gradient of \(input)")
      #expect(gradient.shape == expected.shape)
      expectClose(gradient.array(), expected.values, within: tolerance, "gradient of \(input)")
    }
  }

  /// A second backward adds to every gradient of the first: the accumulating path of every kernel.
  @Test(arguments: OpTable.ops.keys.sorted(), Engine.all)
  func gradientsAddUp(name: String, engine: Engine) throws {
    let fixture = try #require(OpFixture.all[name])
    let op = try #require(OpTable.ops[name])
    guard let upstream = fixture.upstream else { return }
    let inputs = OpInputs(fixture, device: engine.device(threads: 1))
    for _ in 0..<3 { dotProduct(op(inputs), upstream.values).backward() }
    for (input, expected) in fixture.gradients {
      let gradient = try #require(inputs.tensors[input]?.gradient)
      expectClose(
        gradient.array(), expected.values.map { 3 * $0 }, within: engine.tolerance(name),
        "three times the gradient of \(input)")
    }
  }

  /// Each input wants its gradient alone: no kernel may rely on another destination being there.
  @Test(arguments: OpTable.ops.keys.sorted(), Engine.all)
  func eachGradientComesAlone(name: String, engine: Engine) throws {
    let fixture = try #require(OpFixture.all[name])
    let op = try #require(OpTable.ops[name])
    guard let upstream = fixture.upstream else { return }
    for (input, expected) in fixture.gradients {
      let inputs = OpInputs(fixture, device: engine.device(threads: 1))
      for (other, tensor) in inputs.tensors { tensor.requiresGradient = other == input }
      dotProduct(op(inputs), upstream.values).backward()
      let gradient = try #require(inputs.tensors[input]?.gradient)
      expectClose(
        gradient.array(), expected.values, within: engine.tolerance(name), "lone gradient of \(input)")
      #expect(inputs.tensors.filter { $0.value.gradient != nil }.count == 1)
    }
  }
}
