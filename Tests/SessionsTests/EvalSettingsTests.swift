import RunEvents
import Sessions
import Testing

/// What a session says of evaluations follows from what their kinds say of themselves.
@Suite struct EvalSettingsTests {
  private func read(_ yaml: String, _ overrides: String...) throws -> SessionFile {
    try SessionFile(yaml: yaml, file: "x.yaml", overrides: overrides, evaluations: sampleEvaluations)
  }

  private func refusal(_ yaml: String, _ overrides: String...) -> String? {
    do {
      _ = try SessionFile(yaml: yaml, file: "x.yaml", overrides: overrides, evaluations: sampleEvaluations)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func usualValuesAreFilledIn() throws {
    for yaml in ["seed: 1", "evals:\n", "evals: {knn: }"] {
      let session = try read(yaml)
      #expect(session.evals.options(of: "knn") == ["k": "20", "temperature": "0.07"])
      #expect(session.evals.options(of: "linear") == ["iterations": "200"])
      #expect(session.evals.options(of: "plain").isEmpty && session.evals.options(of: "other").isEmpty)
    }
  }

  @Test func oneFolderIsEnoughToEvaluateOn() throws {
    let session = try read("data: {path: photos}\nevals: {data: {path: photos}}")
    #expect(session.evals.data.kind == .folder && session.evals.data.path == "photos")
    #expect(session.evals.atEnd == ["knn", "linear"])
    #expect(try SessionFile(yaml: session.yaml, file: "again.yaml") == session)
    #expect(session.text(of: "evals.data.train_path") == nil)
  }

  /// Sets have the keys of `evals.data`; each is judged by kNN where the session does not say what is.
  @Test func setsHaveNamesAndEvaluationsOfTheirOwn() throws {
    let session = try read(
      "data: {path: photos}\nevals:\n  sets:\n    stamps: ../stamps\n    drawn: {train_range: [0, 40], test_range: [40, 60]}\n"
    )
    #expect(session.evals.data.kind == .none && session.evals.sets.map(\.name) == ["stamps", "drawn"])
    #expect(session.evals.sets[0].data.path == "../stamps" && session.evals.sets[0].data.kind == .folder)
    #expect(session.evals.sets[1].data.kind == .scenes && session.evals.sets[1].data.testRange == 40..<60)
    #expect(session.evals.during == ["knn/stamps", "knn/drawn"] && session.evals.atEnd == session.evals.during)
    #expect(session.text(of: "evals.sets.stamps.path") == "../stamps")
    for text in [session.yaml, session.json] {
      #expect(try SessionFile(yaml: text, file: "again", evaluations: sampleEvaluations) == session)
      #expect(try SessionFile(yaml: text, file: "again").evals.sets == session.evals.sets)
    }
    let usual = try read("evals: {sets: {stamps: {path: a}}}")
    #expect(usual.evals.during == ["knn", "knn/stamps"] && usual.evals.atEnd == ["knn", "linear", "knn/stamps"])
    let said = try read("evals: {sets: {a: x, b: y}, during: [knn/b, plain], at_end: [linear/a]}", "evals.sets.b=z")
    #expect(said.evals.during == ["knn/b", "plain"] && said.evals.atEnd == ["linear/a"])
    #expect(said.evals.sets[1].data.path == "z")
    #expect(try read("seed: 1").values.allSatisfy { !$0.keyPath.hasPrefix("evals.sets") })
  }

  @Test func setsThatCannotBeAreRefused() {
    #expect(
      refusal("evals: {sets: {stamps: x}, during: [knn/photos]}")
        == "x.yaml:1: knn/photos asks for the set photos, which is not in evals.sets; there are stamps.")
    #expect(refusal("evals: {during: [knn/photos]}")?.contains("add it there with its path") == true)
    #expect(refusal("evals: {sets: {stamps: x}, during: [knm/stamps]}")?.contains("a list out of knn") == true)
    #expect(
      refusal("evals: {sets: {stamps: {kind: none}}}")
        == "x.yaml:1: evals.sets.stamps names no pictures; give evals.sets.stamps.path, a folder of class directories.")
    #expect(refusal("evals: {sets: {Stamps: x}}")?.contains("small letters") == true)
    #expect(refusal("evals: {sets: {a: {pat: x}}}")?.contains("has no key \"pat\"; did you mean path?") == true)
    #expect(
      refusal("evals: {sets: {a: {train_range: [0, 9], test_range: [8, 12]}}}")?.contains(
        "evals.sets.a.test_range [8, 12] shares pictures with evals.sets.a.train_range") == true)
    #expect(
      refusal("evals: {sets: {a: {path: x, test_path: y}}}")?.contains("keep the one folder or the two") == true)
  }

  @Test func givenValuesAreTakenAndWrittenInOneForm() throws {
    let session = try read(
      "evals: {linear: {iterations: 1_000}, knn: {temperature: 1e-1}, at_end: [plain, knn]}", "evals.knn.k=5")
    #expect(session.evals.options(of: "knn") == ["k": "5", "temperature": "0.1"])
    #expect(session.evals.options(of: "linear") == ["iterations": "1000"])
    #expect(session.evals.atEnd == ["plain", "knn"] && session.evals.during == ["knn"])
    let keys = session.values.map(\.keyPath).filter { $0.hasPrefix("evals.") && !$0.hasPrefix("evals.data") }
    #expect(
      keys == [
        "evals.features", "evals.knn.k", "evals.knn.temperature", "evals.linear.iterations", "evals.during",
        "evals.at_end",
      ])
    #expect(session.text(of: "evals.knn.temperature") == "0.1")
  }

  /// However a program writes a usual value.
  @Test func usualValuesHaveTheFormOfGivenOnes() throws {
    let small = EvaluationDescription(
      kind: "small", title: "small",
      options: [OptionDescription(name: "rate", help: "", values: .number(0...1), usual: "1e-05")])
    let all = sampleEvaluations + [small]
    let session = try SessionFile(yaml: "seed: 1", file: "x.yaml", evaluations: all)
    let said = try SessionFile(
      yaml: "seed: 1\nevals: {small: {rate: 0.00001}}", file: "x.yaml", evaluations: all)
    #expect(session.evals.options(of: "small") == said.evals.options(of: "small"))
    #expect(try SessionFile(yaml: session.json, file: "stored", evaluations: all).evals.kinds == said.evals.kinds)
    #expect(try SessionFile(yaml: session.yaml, file: "stored").evals.kinds == said.evals.kinds)
  }

  /// What the program wrote is read without descriptions, also a kind that it no longer knows, and is the same.
  @Test func storedSessionsNeedNoDescriptions() throws {
    let session = try read("evals: {knn: {k: 5, temperature: 0.5}, at_end: [plain]}")
    #expect(try SessionFile(yaml: session.json, file: "stored") == session)
    #expect(try SessionFile(yaml: session.yaml, file: "stored") == session)
    let other = try SessionFile(yaml: "evals: {spread: {axes: 3, way: fast}, at_end: [spread]}", file: "stored")
    #expect(other.evals.options(of: "spread") == ["axes": "3", "way": "fast"] && other.evals.atEnd == ["spread"])
    #expect(try SessionFile(yaml: other.json, file: "stored") == other)
    #expect(try other.changing("mask.masked", to: "0.5").evals == other.evals)
  }

  @Test func whatIsWrongIsSaid() {
    #expect(
      refusal("evals:\n  knn:\n    k: 0\n")
        == "x.yaml:3: evals.knn.k is 0; it must be a whole number from 1 to 100000.")
    #expect(
      refusal("seed: 1", "evals.knn.temperature=0.001")
        == "--set evals.knn.temperature=0.001: evals.knn.temperature is 0.001; it must be a number from 0.002 to 1000.")
    #expect(refusal("evals:\n  knm: {k: 3}\n") == "x.yaml:2: evals has no key \"knm\"; did you mean knn?")
    #expect(
      refusal("evals:\n  knn: {kk: 3}\n") == "x.yaml:2: evals.knn has no key \"kk\"; did you mean k?")
    #expect(
      refusal("evals:\n  at_end: [knm]\n")
        == "x.yaml:2: evals.at_end is [knm]; it must be a list out of knn, linear, plain, each at most once.")
    // An option without a usual value, or one of all kinds, is no key of a kind's section.
    #expect(refusal("evals: {linear: {decay: 0.1}}")?.contains("has no key \"decay\"") == true)
    #expect(refusal("evals: {plain: {features: cls}}")?.contains("has no key \"plain\"") == true)
  }
}
