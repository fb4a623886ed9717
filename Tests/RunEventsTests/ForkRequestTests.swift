import RunEvents
import Testing

@Suite struct ForkRequestTests {
  @Test func aLineSaysStepAndValues() throws {
    #expect(
      try ForkRequest(run: "brisk-otter", words: "step=500  guidance.start=dino data.path=a=b")
        == ForkRequest(run: "brisk-otter", step: 500, values: ["guidance.start=dino", "data.path=a=b"]))
    #expect(try ForkRequest(run: "a", words: "step=newest ") == ForkRequest(run: "a"))
    #expect(try ForkRequest(run: "a", words: "") == ForkRequest(run: "a"))
  }

  @Test(arguments: ["dino", "step=", "=4", "step=soon", "step=-4"])
  func whatIsNoValueIsNamed(_ text: String) throws {
    let problem = try #require(throws: ForkRequest.Problem.self) { try ForkRequest(run: "a", words: text) }
    #expect(problem.description.contains(text))
  }
}
