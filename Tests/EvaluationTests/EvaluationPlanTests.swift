import Evaluation
import Recipe
import RunEvents
import Testing

/// Kinds of evaluation are asked for by name, with options as they describe them.
@Suite struct EvaluationPlanTests {
  private func refusal(_ kind: String, _ options: [String: String] = [:], usual: [String: String] = [:]) -> String? {
    do {
      _ = try EvaluationPlan(EvalRequest(kind: kind, options: options), usual: usual)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func summary(
    _ kind: String, _ options: [String: String] = [:], usual: [String: String] = [:]
  ) throws -> String {
    let plan = try EvaluationPlan(EvalRequest(kind: kind, options: options), usual: usual)
    let features = try FeaturePair(subject: EvaluationJobTests.subject(), data: EvaluationJobTests.data)
    return try plan.make(features: features).finish().summary
  }

  @Test func everyKindDescribesItself() throws {
    let kinds = EvaluationKinds.descriptions
    #expect(
      kinds.map(\.kind) == [
        "knn", "linear", "centroid", "depth", "health", "zeroshot", "finetune", "accuracy", "segment",
      ])
    let withoutTexts = EvaluationKinds.descriptions(knowsTexts: false)
    #expect(withoutTexts.map(\.kind) == ["knn", "linear", "centroid", "depth", "health", "finetune", "segment"])
    #expect(EvaluationKinds.usual == ["knn", "linear", "centroid"])
    for description in kinds {
      #expect(!description.title.isEmpty && (description.shortTitle ?? description.title).count <= 8)
      let isLearned = ["finetune", "segment"].contains(description.kind)
      let judgesPictures = withoutTexts.contains(description) && !isLearned
      #expect((description.options.last?.name == "features") == judgesPictures)
      #expect(description.options.last?.usual == nil || isLearned)
      for option in description.options {
        #expect(!option.help.isEmpty && option.steps.allSatisfy(option.values.contains), "\(option.name)")
        #expect(option.usual.map(option.values.contains) ?? true, "\(option.name)")
      }
      #expect(refusal(description.kind) == nil)
      let features = try FeaturePair(subject: EvaluationJobTests.subject(), data: EvaluationJobTests.data)
      let plan = try EvaluationPlan(EvalRequest(kind: description.kind))
      guard judgesPictures || description.kind == "finetune" else {
        let lacking: EvaluationError =
          switch description.kind {
          case "accuracy": .tellsNoClasses(kind: description.kind)
          case "segment": .hasNoMaps(kind: description.kind, source: "colours 60..<97")
          default: .knowsNoTexts(kind: description.kind)
          }
        #expect(throws: lacking) { try plan.make(features: features) }
        continue
      }
      #expect(try plan.make(features: features).kind == description.kind)
    }
  }

  @Test func requestsGoBeforeSessionsAndSessionsBeforeUsualValues() throws {
    #expect(try summary("knn") == "k=20 T=0.07")
    #expect(try summary("knn", usual: ["k": "3"]) == "k=3 T=0.07")
    #expect(try summary("knn", ["k": "5,7"], usual: ["k": "3", "temperature": "0.5"]) == "k=5,7 T=0.5")
    #expect(try summary("linear", ["decay": "0.5", "iterations": "3"]) == "L-BFGS, decay=0.5")
    let feature = { try EvaluationPlan(EvalRequest(kind: "centroid", options: $0), feature: .mean).feature }
    #expect(try feature([:]) == .mean && feature(["features": "cls"]) == .cls)
  }

  @Test func whatIsWrongIsSaid() {
    #expect(
      refusal("spread")
        == "there is no evaluation `spread`: choose knn, linear, centroid, depth, health, finetune, accuracy or segment."
    )
    #expect(
      refusal("knn", ["depth": "3"]) == "evaluation knn has no option `depth`: it knows k, temperature, features.")
    #expect(refusal("centroid", ["k": "3"]) == "evaluation centroid has no option `k`: it knows features.")
    #expect(
      refusal("knn", ["k": "0"])
        == "option `k` of evaluation knn is 0: give a whole number from 1 to 100000, or several with commas between them."
    )
    #expect(
      refusal("linear", usual: ["iterations": "5,6"])
        == "option `iterations` of evaluation linear is 5,6: give a whole number from 1 to 100000.")
    #expect(
      refusal("linear", ["features": "all"])
        == "option `features` of evaluation linear is all: choose cls, mean or both.")
  }

  @Test func earlierNamesStandForTodays() throws {
    #expect(try EvaluationPlan(EvalRequest(kind: "zero-shot")).name == "zeroshot")
  }

  /// Texts are taken whole; the values of other options are parted by commas.
  @Test func textsMayHaveCommas() throws {
    let names = try #require(
      EvaluationKinds.descriptions.first { $0.kind == "zeroshot" }?.options.first { $0.name == "names" })
    #expect(names.values(in: "a cat,a dog") == ["a cat,a dog"] && names.values(in: "") == nil)
  }

  @Test func tooFewPicturesAreToldBeforeAnyWork() throws {
    let plan = try EvaluationPlan(EvalRequest(kind: "knn", options: ["k": "5,61"]))
    let error = try #require(throws: EvaluationError.self) { try plan.check(EvaluationJobTests.data) }
    #expect(
      error.description
        == "evaluation knn asks for 61 neighbours (k), but colours 0..<60 has 60 pictures: give a k of 60 or "
        + "less, or more pictures.")
    try EvaluationPlan(EvalRequest(kind: "centroid")).check(EvaluationJobTests.data)
  }
}
