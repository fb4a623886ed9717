import Foundation
import RunEvents
import Testing

@Suite struct RunStandingTests {
  @Test(arguments: [
    "preparing", "running", "paused", "stopping", "finished", "stopped", "failed", "interrupted", "detached", "lost",
    "untrained",
  ])
  func everyWordOfTodayIsKnown(word: String) {
    let standing = RunStanding(rawValue: word)
    #expect(standing.rawValue == word && "\(standing)" == word)
    if case .other = standing { Issue.record("\(word) is one of today's words") }
  }

  @Test func aWordOfAnotherVersionIsReadAndWrittenAsItIs() throws {
    let line = #"{"event":"finished","outcome":"superseded","seconds":3,"step":12,"version":1}"#
    let event = try RunEventCoder.event(line: line)
    #expect(event == .finished(RunSummary(outcome: .other("superseded"), step: 12, seconds: 3)))
    #expect(try RunEventCoder.line(event) == line)
  }

  @Test func onlyARunInSomeProcessIsActive() {
    #expect(RunStanding.paused.isActive && !RunStanding.interrupted.isActive && !RunStanding.other("running?").isActive)
  }
}
