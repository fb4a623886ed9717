import RunEvents
import Testing

@Suite struct EvaluationDetailsTests {
  private let depth = EvaluationDescription(kind: "depth", title: "depth", numbers: ["best_block"], curve: "block")

  @Test func aCurveIsOneTextInTheOrderOfItsNumbers() {
    var details = ["top5": 0.9, "best_block": 11]
    for block in 1...12 { details["block@\(block)"] = Double(block) / 100 }
    #expect(depth.curveValues(details) == (1...12).map { Double($0) / 100 })
    #expect(
      depth.detailTexts(details) == [
        "block 1-12 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0%", "best_block 11", "top5 90.0%",
      ])
    #expect(depth.detailTexts(["top5": 0.5]) == ["top5 50.0%"])
  }

  /// Numbers behind an `@` are counted, so that 100 comes after 20.
  @Test func detailsAreSharesUnlessTheyAreNumbers() {
    let knn = EvaluationDescription(kind: "knn", title: "kNN")
    #expect(
      knn.detailTexts(["knn@100": 0.3, "knn@20": 0.25, "knn@3": 0.2])
        == ["knn@3 20.0%", "knn@20 25.0%", "knn@100 30.0%"])
    let health = EvaluationDescription(kind: "health", title: "health", numbers: ["rank", "deviation"])
    #expect(
      health.detailTexts(["rank@clip": 31.26, "deviation": 0.00412, "rank": 4, "share": 0.5])
        == ["deviation 0.00412", "rank 4", "rank@clip 31.3", "share 50.0%"])
    #expect(health.detailTexts(["rank": .nan]) == ["rank nan"])
  }
}
