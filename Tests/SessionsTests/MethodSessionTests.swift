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
    #expect(session.objective.encoding == recipe.encoding && session.objective.head == recipe.head)
    #expect(session.mask.kind == recipe.mask.kind && session.mask.masked == .share(recipe.mask.share))
    let student = session.student
    #expect(
      StudentRecipe(
        layerScale: student.layerScale, positions: student.positions,
        relativePositionBias: student.relativePositionBias,
        qkvBias: student.qkvBias, initialValues: student.initialValues) == recipe.student)
    if let name = recipe.target.name {
      #expect(session.guidance.teachers.map(\.name) == [name] && session.guidance.start == name)
      switch recipe.target {
      case .teachers: break
      case .computed(let kind): #expect(session.guidance.teachers[0].weights == .computed(kind))
      case .codes(let tokenizer): #expect(session.guidance.teachers[0].weights == .shipped(tokenizer))
      }
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

  @Test func aTeacherMayBeRandom() throws {
    let short = try session("guidance: {start: control, control: random, other: 'random:7'}")
    #expect(short.guidance.teacher(named: "control")?.weights == .random(seed: 0))
    #expect(short.guidance.teacher(named: "other")?.weights == .random(seed: 7))
    #expect(try SessionFile(yaml: short.yaml, file: "again") == short)
    #expect { try session("guidance: {control: 'random:x'}") } throws: { "\($0)".contains("random:SEED") }
  }

  @Test func severalTeachersMayGuideAtOnce() throws {
    let plain = try session("guidance: {start: clip, clip: shipped, dino: shipped}")
    #expect(!plain.configuration.contains { $0.key.hasSuffix(".share") })
    let both = try session(
      "guidance: {start: clip+dino, clip: shipped, dino: {weights: shipped, share: 0.5}, pixels: computed}")
    #expect(both.guidance.teachers.map(\.share) == [1, 0.5, nil])
    #expect(try SessionFile(yaml: both.yaml, file: "again") == both)
    #expect(both.liveKeys.filter { $0.hasPrefix("guidance") } == ["guidance.clip.share", "guidance.dino.share"])
    #expect(both.configuration.first { $0.key == "guidance.clip.share" }?.edit?.kind == .number)
    let changed = try both.changing("guidance.clip.share", to: "2")
    #expect(changed.guidance.teachers.map(\.share) == [2, 0.5, nil])
    #expect(throws: SessionError.self) { try both.changing("guidance.clip.share", to: "-1") }
    #expect(SessionFile.resumeRule(of: "guidance.clip.share") == .recorded)
    for start in ["clip+beit", "clip+clip", "clip+"] {
      #expect { try session("guidance: {start: \(start), clip: shipped, dino: shipped}") } throws: {
        "\($0)".contains("it must be clip or dino, or several at once, each once, as in clip+dino")
      }
    }
  }

  @Test func targetThatCannotBeComputedIsRefused() {
    let sentence =
      "x.yaml:1: guidance.foo is to be computed from the picture, but nothing of that name can be; name it mean-colour, "
      + "pixels or hog, or say which: computed:mean-colour."
    #expect { try session("guidance: {foo: computed}") } throws: { "\($0)" == sentence }
    #expect { try session("guidance: {foo: 'computed:hat'}") } throws: { "\($0)".contains("computed:pixels") }
  }

  @Test func partsOfMAE() throws {
    let session = try session("objective: {method: mae}")
    #expect(session.objective.encoding == .sparse && session.objective.head == .decoder)
    #expect(session.mask.maskedCount(of: session.student.patches) == 147)
    #expect(session.objective.decoder.shape(of: session.student) == DecoderShape(depth: 8, width: 512, heads: 16))
    #expect(session.text(of: "objective.encoding") == "sparse" && session.text(of: "objective.decoder.width") == "auto")
    let small = try self.session(
      "objective: {method: mae, decoder: {depth: 2, width: 96}}\nstudent: {width: 128, depth: 4, heads: 4}")
    #expect(small.objective.decoder.shape(of: small.student) == DecoderShape(depth: 2, width: 96, heads: 3))
  }

  /// Every part has a key of its own, and a file's value stays where both methods have the same part.
  @Test func everyPartGivesWayToItsKey() throws {
    let own = try session(
      "objective: {method: mae, encoding: dense, tokens: all}\nmask: {kind: grid, masked: 0.5}\n"
        + "student: {positions: learned, layer_scale: 0.1}")
    #expect(own.objective.encoding == .dense && own.objective.tokens == .all && own.objective.head == .decoder)
    #expect(own.mask.kind == .grid && own.mask.masked == .share(0.5))
    #expect(own.student.positions == .learned && own.student.layerScale == 0.1 && own.student.qkvBias == .full)
    #expect(try SessionFile(yaml: own.yaml, file: "again") == own)

    let demo = "mask: {kind: blockwise, masked: 26}\nstudent: {image_size: 64, patch_size: 8, positions: learned}"
    let colour = try session(demo, "objective.method=mean-colour")
    #expect(colour.mask.masked == .count(26) && colour.student.positions == .learned)
    let mae = try session(demo, "objective.method=mae")
    #expect(mae.mask.kind == .random && mae.mask.maskedCount(of: 64) == 48 && mae.student.positions == .sinCos)
    let asked = try session(demo, "objective.method=mae", "mask.masked=0.5")
    #expect(asked.mask.maskedCount(of: 64) == 32)
    let back = try session("objective: {method: mae}\nmask: {masked: 0.8}", "objective.method=mvp")
    #expect(back.mask.masked == .share(75.0 / 196.0) && back.objective.encoding == .dense)
  }

  @Test(arguments: [
    (
      "objective: {method: mae}\nstudent: {relative_position_bias: on}",
      "x.yaml:2: objective.encoding is sparse, which leaves out patches that student.relative_position_bias has entries for; "
        + "set the bias to off and the positions to sincos or learned."
    ),
    (
      "objective: {method: mae, head: linear}",
      "x.yaml:1: objective.tokens is masked, but a sparse encoding with a linear head predicts visible patches alone; set the "
        + "tokens to visible, or objective.head to decoder."
    ),
    (
      "objective: {method: mae, decoder: {width: 90}}",
      "x.yaml:1: objective.decoder.width is 90, which 4 does not divide, as its sincos positions need; choose a width that it "
        + "does."
    ),
    (
      "objective: {method: mae, decoder: {width: 64, heads: 5}}",
      "x.yaml:1: objective.decoder.heads is 5, which does not divide objective.decoder.width 64; choose a number of heads that "
        + "does."
    ),
  ])
  func partsThatDoNotGoTogetherAreRefused(yaml: String, sentence: String) {
    #expect { try session(yaml) } throws: { "\($0)" == sentence }
  }

  @Test func visiblePatchesNeedNoDecoder() throws {
    let session = try session("objective: {method: mae, head: linear, tokens: visible}")
    #expect(session.objective.head == .linear)
    #expect(try SessionFile(yaml: session.json, file: "again") == session)
  }

  /// Weights are for an encoding and a head: a fork has its parent's.
  @Test(arguments: ["objective.encoding", "objective.head", "objective.decoder.depth"])
  func forksKeepEncodingAndHead(key: String) {
    #expect(SessionFile.forkObjection(to: key) != nil && SessionFile.forkObjection(to: "objective.loss") == nil)
  }
}
