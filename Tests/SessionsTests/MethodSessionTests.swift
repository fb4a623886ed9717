import Recipe
import Sessions
import Testing

@Suite struct MethodSessionTests {
  private func session(_ yaml: String, _ overrides: String...) throws -> SessionFile {
    try SessionFile(yaml: yaml, file: "x.yaml", overrides: overrides)
  }

  @Test func sessionWithoutMethodIsOfTeachersAndSaysNothingOfIt() throws {
    let session = try session("seed: 1")
    #expect(session.objective.method == .mvp && session.text(of: "objective.method") == nil)
    #expect(session.guidance.teachers.map(\.name) == ["clip", "dino"] && session.guidance.start == "clip")
  }

  @Test(arguments: MethodKind.allCases)
  func methodBringsItsParts(method: MethodKind) throws {
    let session = try session("objective: {method: \(method.rawValue)}")
    let recipe = method.recipe
    #expect(session.objective.loss == recipe.loss && session.objective.tokens == recipe.tokens)
    if let target = recipe.target {
      #expect(session.guidance.teachers == [TeacherSettings(name: target.rawValue, weights: .computed(target))])
      #expect(session.guidance.start == target.rawValue)
    }
    #expect(try SessionFile(yaml: session.yaml, file: "again") == session)
    #expect(try SessionFile(yaml: session.json, file: "again") == session)
  }

  /// A file that is written for teachers trains by another method where the command line asks for it.
  @Test func methodOfTheCommandLineGoesBeforeTheFile() throws {
    let file = "guidance: {start: dino, clip: shipped, dino: shipped}\nobjective: {loss: cosine, tokens: all}"
    let asked = try session(file, "objective.method=mean-colour")
    #expect(asked.guidance.start == "mean-colour")
    #expect(asked.guidance.teachers.map(\.name) == ["mean-colour", "clip", "dino"])
    #expect(asked.objective.loss == .mse && asked.objective.tokens == .masked)
    let both = try session(file, "objective.method=mean-colour", "guidance.start=clip", "objective.tokens=all")
    #expect(both.guidance.start == "clip" && both.objective.tokens == .all)
    let written = try session(file + "\n", "objective.tokens=visible")
    #expect(written.guidance.start == "dino" && written.objective.tokens == .visible)
    let inFile = try session(
      "objective: {method: mean-colour, loss: smooth_l1}\nguidance: {start: clip, clip: shipped}")
    #expect(inFile.objective.loss == .smoothL1 && inFile.guidance.start == "clip")
    #expect(inFile.guidance.teachers.map(\.name) == ["mean-colour", "clip"])
  }

  @Test func targetsNeedNoWeights() throws {
    let short = try session("guidance: {clip: shipped, pixels: computed}")
    #expect(short.guidance.teacher(named: "pixels")?.weights == .computed(.pixels))
    let named = try session("guidance: {start: colour, colour: {weights: 'computed:mean-colour'}}")
    #expect(named.guidance.teacher(named: "colour")?.weights == .computed(.meanColour))
    #expect(try SessionFile(yaml: named.yaml, file: "again") == named)
  }

  @Test func targetThatCannotBeComputedIsRefused() {
    let sentence =
      "x.yaml:1: guidance.foo is to be computed from the picture, but nothing of that name can be; name it mean-colour, "
      + "pixels or hog, or say which: computed:mean-colour."
    #expect { try session("guidance: {foo: computed}") } throws: { "\($0)" == sentence }
    #expect { try session("guidance: {foo: 'computed:hat'}") } throws: { "\($0)".contains("computed:pixels") }
  }
}
