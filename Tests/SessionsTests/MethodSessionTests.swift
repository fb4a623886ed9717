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
    if method.followsTargets {
      #expect(session.mask.kind == recipe.mask.kind && session.mask.masked == .share(recipe.mask.share))
    }
    let student = session.student
    #expect(
      StudentRecipe(
        layerScale: student.layerScale, positions: student.positions,
        relativePositionBias: student.relativePositionBias,
        qkvBias: student.qkvBias, initialValues: student.initialValues) == recipe.student)
    if method.followsTargets, let name = recipe.target.name {
      #expect(session.guidance.teachers.map(\.name) == [name] && session.guidance.start == name)
      switch recipe.target {
      case .teachers: break
      case .computed(let kind): #expect(session.guidance.teachers[0].weights == .computed(kind))
      case .codes(let tokenizer): #expect(session.guidance.teachers[0].weights == .shipped(tokenizer))
      case .average: #expect(session.guidance.teachers[0].weights == .average)
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

  /// The student's own average guides under any name, and under its own without being named.
  @Test func theStudentMayGuideItself() throws {
    let session = try session("objective: {method: self}")
    #expect(session.guidance.start == "self")
    #expect(session.guidance.teachers == [TeacherSettings(name: "self", weights: .average)])
    let mixed = try self.session("guidance: {start: clip, clip: shipped}", "guidance.start=clip+self")
    #expect(mixed.guidance.teachers.map(\.weights) == [.shipped("clip"), .average])
    #expect(mixed.guidance.teachers.map(\.share) == [1, 1])
    let named = try self.session("guidance: {start: mine, mine: average}")
    #expect(named.guidance.teachers.map(\.weights) == [.average])
    for one in [session, mixed, named] { #expect(try SessionFile(yaml: one.yaml, file: "again") == one) }
  }

  @Test func partsOfCAE() throws {
    let session = try session("objective: {method: cae}")
    #expect(session.objective.encoding == .sparse && session.objective.head == .regressor)
    #expect(session.mask.kind == .blockwise && session.mask.maskedCount(of: session.student.patches) == 98)
    #expect(session.student.positions == .sinCosRows && session.student.initialValues == .xavierLayers)
    #expect(
      session.objective.regressor.shape(of: session.student)
        == RegressorShape(depth: 4, decoderDepth: 4, alignment: 2))
    #expect(session.text(of: "objective.regressor.depth") == "auto")
    let small = try self.session(
      "objective: {method: cae, regressor: {decoder_depth: 1, alignment: 0.5}}\nstudent: {width: 128, depth: 6, heads: 4}"
    )
    #expect(
      small.objective.regressor.shape(of: small.student) == RegressorShape(depth: 2, decoderDepth: 1, alignment: 0.5))
    #expect(try SessionFile(yaml: small.yaml, file: "again") == small)
  }

  /// DINO follows no target: a session of it has no guidance and no masks, and a file that is written for another
  /// method gives way.
  @Test func dinoNeedsNeitherGuidanceNorMasks() throws {
    let plain = try session("objective: {method: dino}")
    #expect(!plain.followsTargets && plain.guidance.teachers.isEmpty && plain.guidance.start.isEmpty)
    let keys = plain.values.map(\.keyPath)
    #expect(!keys.contains { $0.hasPrefix("mask.") || $0.hasPrefix("guidance.") || $0 == "objective.loss" })
    #expect(keys.contains("objective.dino.prototypes"))
    #expect(plain.liveKeys == ["optimizer.clip_gradient", "optimizer.learning_rate_scale", "schedule.eval_every"])
    let file = "guidance: {start: dino, clip: shipped, dino: shipped}\nmask: {masked: 20}\npreview: {count: 3}"
    let asked = try session(file, "objective.method=dino")
    #expect(asked.guidance.teachers.isEmpty && asked.mask == MaskSettings())
    for one in [plain, asked] { #expect(try SessionFile(yaml: one.json, file: "again") == one) }
    #expect { try session(file + "\nobjective: {method: dino}") } throws: {
      "\($0)".contains("method dino has no section guidance, as it follows no target")
    }
    #expect { try session(file, "objective.method=dino", "mask.masked=0.5") } throws: {
      "\($0)".contains("method dino has no section mask")
    }
    #expect(try session(file, "objective.loss=cosine").followsTargets)
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
    (
      "objective: {method: cae, tokens: all}",
      "x.yaml:1: objective.tokens is all, but objective.head is regressor, which predicts masked patches alone; set the tokens to "
        + "masked."
    ),
    (
      "objective: {method: cae, encoding: dense}",
      "x.yaml:1: objective.head is regressor, which finds what the student does not see, but objective.encoding is dense; set the "
        + "encoding to sparse, or the head to linear or decoder."
    ),
    (
      "objective: {method: dino, dino: {local_size: 50}}",
      "x.yaml:1: objective.dino.local_size comes to 50 pixels, which must be whole patches of 16 and at most student.image_size "
        + "224; choose such a size."
    ),
    (
      "objective: {method: dino}\nstudent: {relative_position_bias: on}",
      "x.yaml:2: objective.method is dino, whose small crops student.relative_position_bias has no entries for; set the bias to "
        + "off and the positions to learned or sincos."
    ),
    (
      "objective: {method: dino}\nschedule: {accumulation: 2}",
      "x.yaml:2: schedule.accumulation is 2, but method dino makes a step of one batch; set it to 1."
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
