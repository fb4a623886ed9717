import Histories
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    (0.0, "0:00", "0:00"), (59.6, "1:00", "1:00"), (3599, "59:59", "59:59"), (3725, "1h02m", "1:02:05"),
    (360_000, "4d04h", "100:00:00"), (-1, "-", "unknown"), (.nan, "-", "unknown"), (.infinity, "-", "unknown"),
  ])
  func timeSpans(seconds: Double, short: String, clock: String) {
    #expect(durationText(seconds) == short)
    #expect(clockText(seconds) == clock)
  }

  @Test(arguments: [(3, "3 B"), (999, "999 B"), (12_400_000, "12.4 MB"), (340_200_000, "340 MB"), (1 << 40, "1.1 TB")])
  func bytes(count: Int, text: String) {
    #expect(bytesText(count) == text)
  }

  @Test(arguments: [(640, "640"), (1_400_000, "1.4 M"), (86_000_000, "86 M")])
  func parameters(count: Int, text: String) {
    #expect(parametersText(count) == text)
  }

  @Test(arguments: [
    (0.0012, "0.0012"), (0.000325, "0.000325"), (1e-5, "1e-05"), (-.infinity, "-inf"), (.nan, "nan"),
  ])
  func significantDigits(value: Double, text: String) {
    #expect(significantText(value) == text)
  }
}
