import Sessions
import Testing

/// The learning rate that a run really has is said, and where it is of no use that is said too.
@Suite struct EffectiveRateTests {
  private func rate(_ yaml: String, steps: Int?) throws -> EffectiveRate {
    EffectiveRate(try SessionFile(yaml: yaml, file: "x.yaml"), steps: steps)
  }

  @Test func theWrittenRateIsThePeakWhereNoBatchIsGiven() throws {
    for batch in [16, 64, 256] {
      let rate = try rate("schedule: {batch_size: \(batch)}", steps: 1000)
      #expect(rate.peak == 1.5e-3 && rate.text == "1.5e-3" && rate.origin == "learning_rate 1.5e-3")
    }
  }

  @Test func aGivenBatchScalesIt() throws {
    let rate = try rate(
      "optimizer: {reference_batch: 2048, learning_rate_scale: 2}\nschedule: {batch_size: 8, accumulation: 2}",
      steps: nil)
    #expect(rate.peak == 1.5e-3 * (16.0 / 2048) * 2)
    #expect(rate.text == "2.34e-5")
    #expect(rate.origin == "learning_rate 1.5e-3 x batch 16 / reference_batch 2048 x learning_rate_scale 2")
  }

  /// The presets' rates are those of before: BEiT's at its batch, the demo's as written.
  @Test(arguments: [("demo", 1e-3), ("mvp-b16-imagenet", 1.5e-3), ("mvp-l16-imagenet", 1.5e-3)])
  func presetsKeepTheirs(name: String, peak: Double) throws {
    let preset = try #require(Preset.all.first { $0.name == name })
    #expect(try rate(preset.yaml, steps: 187_500).peak == peak)
    #expect(try rate(preset.yaml, steps: 900).concern == nil)
  }

  @Test func aRateThatTeachesNothingIsNamed() throws {
    let scaled = "optimizer: {reference_batch: 2048}\nschedule: {batch_size: 16}"
    let concern = try #require(try rate(scaled, steps: 600).concern)
    #expect(concern.contains("peaks at 1.17e-5") && concern.contains("too low for 600 steps"), "\(concern)")
    // Many steps go as far; a few are a try; a length that is not known yet says nothing.
    for steps in [100_000, 40, nil] { #expect(try rate(scaled, steps: steps).concern == nil) }
    #expect(try rate("optimizer: {learning_rate: 0.1}", steps: nil).concern?.contains("likely to diverge") == true)
  }
}
