import Evaluation
import RunEvents
import Testing

@Suite struct FineTuneEvaluationTests {
  private func score(_ options: [String: String], of pair: FeaturePair) throws -> EvaluationScore {
    try EvaluationPlan(EvalRequest(kind: "finetune", options: options)).make(features: pair).finish()
  }

  @Test func aCopyLearnsTheClassesAndTheModelStays() throws {
    let subject = EvaluationJobTests.subject()
    let before = subject.model.parameters().map { $0.tensor.array() }
    let pair = try FeaturePair(subject: subject, data: EvaluationJobTests.data)
    let options = ["epochs": "40", "batch": "20", "rate": "0.01", "layer_decay": "1"]
    let first = try score(options, of: pair)
    #expect(first.score > 0.6, "\(first.score) where chance is one sixth")
    #expect(first.summary == "40 passes over 60 pictures, rate 0.01, layer decay 1.0")
    #expect(first.pictures.train == 60 && first.pictures.test == 37 && first.details["top5"] != nil)
    #expect(try score(options, of: pair) == first)
    #expect(subject.model.parameters().map { $0.tensor.array() } == before)
    let few = try score(options.merging(["pictures": "12", "pooling": "cls"]) { _, new in new }, of: pair)
    #expect(few.summary.hasPrefix("40 passes over 12 pictures") && few != first)
  }

  @Test func whatCannotBeLearnedIsRefused() throws {
    var one = ColourPictures()
    one.classNames = ["all"]
    let data = EvaluationData(train: one, test: one)
    let plan = try EvaluationPlan(EvalRequest(kind: "finetune"))
    #expect { try plan.check(data) } throws: { "\($0)".contains("has fewer than two: give more") }
    let broken = EvaluationJobTests.subject()
    let first = broken.model.parameters()[0].tensor
    first.write([Float](repeating: .infinity, count: first.count))
    let pair = try FeaturePair(subject: broken, data: EvaluationJobTests.data)
    #expect { try score([:], of: pair) } throws: { "\($0)".contains("is not finite at step 1: give a lower rate") }
  }
}
