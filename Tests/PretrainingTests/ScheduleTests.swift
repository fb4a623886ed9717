import Foundation
import Pretraining
import Tensors
import Testing

@Suite struct ScheduleTests {
  /// numpy: concatenate(linspace(1e-6, 1.5e-3, 4), [1e-5 + .5 * (1.5e-3 - 1e-5) * (1 + cos(pi * i / 6)) for i in
  /// range(6)])
  @Test func followsTheClosedForm() {
    let schedule = CosineSchedule(base: 1.5e-3, final: 1e-5, warmupStart: 1e-6, warmupSteps: 4, totalSteps: 10)
    let expected = [
      1e-6, 0.0005006666666666667, 0.0010003333333333333, 0.0015,
      0.0015, 0.001400188925819407, 0.0011275, 0.000755, 0.0003825000000000002, 0.00010981107418059316,
    ]
    for (step, value) in expected.enumerated() { #expect(abs(schedule.value(at: step) - value) < 1e-16) }
    #expect(schedule.value(at: 10) == 1e-5)
    #expect(schedule.value(at: 10_000) == 1e-5)
  }

  /// mmcv's `poly` of power 1 with a linear warm-up: the warm-up scales the line.
  @Test func aLineIsMmcvsPoly() {
    let schedule = CosineSchedule(
      base: 0.01, final: 0, warmupStart: 1e-8, warmupSteps: 4, totalSteps: 10, decay: .linear)
    let expected = [
      1e-8, 0.009 * (1 - 0.75 * (1 - 1e-6)), 0.008 * (1 - 0.5 * (1 - 1e-6)), 0.007 * (1 - 0.25 * (1 - 1e-6)), 0.006,
      0.005,
    ]
    for (step, value) in expected.enumerated() { #expect(abs(schedule.value(at: step) - value) < 1e-16) }
    #expect(abs(schedule.value(at: 9) - 0.001) < 1e-16 && schedule.value(at: 10) == 0)
  }

  @Test func withoutWarmupItStartsAtTheBase() {
    let schedule = CosineSchedule(base: 2, final: 0, totalSteps: 4)
    #expect(schedule.value(at: 0) == 2)
    #expect(abs(schedule.value(at: 2) - 1) < 1e-12)
  }

  @Test func momentumRisesToOne() {
    let momentum = CosineSchedule(base: 0.996, final: 1, totalSteps: 100)
    let values = (0...100).map(momentum.value(at:))
    #expect(values[0] == 0.996 && values[100] == 1)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs(values[50] - 0.998) < 1e-12)
  }

  @Test func warmupLongerThanTheRunIsCut() {
    let schedule = CosineSchedule(base: 1, final: 0, warmupStart: 0, warmupSteps: 50, totalSteps: 5)
    #expect(schedule.value(at: 4) == 1)
    #expect(schedule.value(at: 5) == 0)
  }

  @Test func decaySparesVectorsPositionsAndTheClassToken() {
    #expect(isDecayed(name: "blocks.0.attn.qkv.weight", shape: [384, 128]))
    #expect(isDecayed(name: "patch_embed.proj.weight", shape: [128, 192]))
    #expect(isDecayed(name: "mask_token", shape: [128]))
    #expect(isDecayed(name: "rel_pos_bias.relative_position_bias_table", shape: [732, 12]))
    #expect(!isDecayed(name: "blocks.0.norm1.weight", shape: [128]))
    #expect(!isDecayed(name: "blocks.0.attn.q_bias", shape: [128]))
    #expect(!isDecayed(name: "blocks.0.gamma_1", shape: [128]))
    #expect(!isDecayed(name: "pos_embed", shape: [65, 128]))
    #expect(!isDecayed(name: "cls_token", shape: [1, 1, 128]))
    #expect(!isDecayed(name: "logit_scale", shape: [1]))
  }
}
