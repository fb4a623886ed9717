import Foundation
import RunEvents
import Testing

@Suite struct ScoreTextTests {
  /// 1341 of 2000 pictures: `printf` makes 67.0 of it, since no binary number is 67.05.
  @Test func halvesGoUpwards() {
    #expect(scoreText(1341.0 / 2000) == "67.1%")
    #expect(scoreText(0) == "0.0%" && scoreText(1) == "100.0%" && scoreText(0.9996) == "100.0%")
    #expect(scoreText(-0.0001) == "0.0%" && scoreText(-0.0126) == "-1.3%")
    #expect(scoreText(.nan) == "nan" && scoreText(-.infinity) == "-inf")
    for right in 0...2000 {
      let tenths = (right * 1000 + 1000) / 2000
      #expect(scoreText(Double(right) / 2000) == "\(tenths / 10).\(tenths % 10)%")
    }
    #expect(scoreTexts(["top5": 0.93125, "knn@1": 0.5]) == ["knn@1 50.0%", "top5 93.1%"])
  }

  /// Every date of every line counts from 1970.
  @Test func datesAreSecondsSince1970() throws {
    let date = Date(timeIntervalSince1970: 1_700_000_000)
    let run = RunListing(
      name: "a", state: .finished, guidance: "clip", step: 1, totalSteps: 1, created: date, updated: date)
    let event = RunEvent.runs(RunCatalog(runs: [run], time: date))
    let line = try RunEventCoder.line(event)
    #expect(line.contains("\"created\":1700000000,") && line.contains("\"time\":1700000000,"))
    #expect(try RunEventCoder.event(line: line) == event)
  }
}
