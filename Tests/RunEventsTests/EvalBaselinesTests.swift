import Foundation
import RunEvents
import Testing

@Suite struct EvalBaselinesTests {
  private static let baselines = EvalBaselines(
    pictures: 2000, chance: 1.0 / 12, untrained: 0.488,
    teacher: EvalBaselines.Teacher(name: "clip", score: 0.693, isProjected: true))

  /// Against SciPy's `binomtest(right, count).proportion_ci(method="wilson")`.
  @Test(arguments: [
    (1224, 2000, 0.59044846, 0.63312212), (0, 20, 0.0, 0.16112516), (20, 20, 0.83887484, 1.0),
    (1, 3, 0.06149194, 0.79234034),
  ])
  func intervalsAreWilsons(right: Int, of count: Int, low: Double, high: Double) {
    let interval = ScoreInterval(Double(right) / Double(count), of: count)
    #expect(abs(interval.low - low) < 1e-6 && abs(interval.high - high) < 1e-6)
  }

  @Test func nothingIsCertainOfNoPictures() {
    #expect(ScoreInterval(0.5, of: 0) == ScoreInterval(0, of: 0))
    #expect(ScoreInterval(.nan, of: 10).low.isNaN)
  }

  @Test func chanceIsTheLargestClassWhereClassesAreUneven() {
    let even = EvalBaselines(pictures: 100, largestClass: 31, classes: 4)
    #expect(even.chance == 0.25 && even.chanceOf == .classes && even.chanceText == "chance 25.0%")
    let uneven = EvalBaselines(pictures: 100, largestClass: 32, classes: 4)
    #expect(uneven.chance == 0.32 && uneven.chanceOf == .majority)
    #expect(uneven.chanceText == "chance 32.0% (the largest class)")
    #expect(EvalBaselines(pictures: 0, largestClass: 0, classes: 0).chance == 1)
  }

  @Test func aSentenceHoldsAScoreAgainstEverything() {
    var baselines = Self.baselines
    #expect(
      baselines.sentence("kNN", 0.612)
        == "kNN 61.2% (59.0 to 63.3) on 2000 pictures: 12.4 points above the untrained student, 8.1 below the teacher clip, chance 8.3%"
    )
    baselines.untrained = nil
    #expect(
      baselines.sentence("kNN", 0.75).hasSuffix(" on 2000 pictures: 5.7 points above the teacher clip, chance 8.3%"))
    baselines.teacher = nil
    #expect(baselines.sentence("kNN", 0.75).hasSuffix(" on 2000 pictures: chance 8.3%"))
    baselines.untrained = 0.7504
    #expect(baselines.sentence("kNN", 0.75).hasSuffix("pictures: level with the untrained student, chance 8.3%"))
    baselines.untrained = 0.74
    #expect(
      baselines.sentence("kNN", 0.75).hasSuffix(
        "pictures: 1.0 points above the untrained student (within the error), chance 8.3%"))
  }

  @Test func factsAreShort() {
    #expect(
      Self.baselines.facts(of: 0.612) == [
        "59.0 to 63.3", "untrained 48.8% (+12.4)", "projected teacher clip 69.3% (-8.1)", "chance 8.3%",
      ])
    #expect(
      Self.baselines.shortFacts(of: 0.612) == ["+12.4 untrained", "-8.1 clip", "59.0 to 63.3", "chance 8.3%"])
    #expect(pointsText(0.5001, over: 0.5) == "+0.0" && pointsText(0, over: 0.5) == "-50.0")
    // What is shown adds up: 21.95% and 22.0% are both shown as 22.0%.
    #expect(pointsText(0.2195, over: 0.22) == "+0.0" && pointsText(0.2194, over: 0.22) == "-0.1")
    #expect(pointsText(.nan, over: 0.5) == "")
  }

  /// A line of a result says it all; one of an earlier program has none of it.
  @Test func aResultsLineSaysIt() throws {
    let data = EvalData(classes: 12, classNames: ["bee"], train: 6000, test: 2000, split: "")
    let result = EvalResult(
      id: 1, kind: "knn", step: 9, score: 0.612, seconds: 1, guidance: "clip", data: data, baselines: Self.baselines)
    let line = try RunEventCoder.line(.evalResult(result))
    #expect(try RunEventCoder.event(line: line) == .evalResult(result))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    func number(_ key: String) -> Double { (object[key] as? Double) ?? .nan }
    #expect(abs(number("score_low") - 0.59045) < 1e-4 && abs(number("score_high") - 0.63311) < 1e-4)
    #expect(abs(number("above_untrained") - 0.124) < 1e-9 && abs(number("above_teacher") + 0.081) < 1e-9)
    #expect(object["chance_of"] as? String == "classes" && object["teacher_features"] as? String == "projected")
    let earlier = EvalResult(id: 1, kind: "knn", step: 9, score: 0.612, seconds: 1, guidance: "clip", data: data)
    #expect(try RunEventCoder.event(line: RunEventCoder.line(.evalResult(earlier))) == .evalResult(earlier))
    #expect(!(try RunEventCoder.line(.evalResult(earlier))).contains("chance"))
  }
}
