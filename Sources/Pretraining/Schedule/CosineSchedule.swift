import Foundation
import Recipe

/// A value for every optimiser step: a linear rise from `warmupStart` to `base`, then half a cosine down to `final`, or
/// a line (``RateDecay/linear``).
///
/// The same numbers as `cosine_scheduler` of BEiT, MAE's forerunner DINO and their kin (microsoft/unilm
/// `beit/utils.py`, facebookresearch/dino `utils.py`): the last warm-up step already has `base`, the first step after
/// it has `base` again, and the last step of all stays a little short of `final`. Learning rate, weight decay and
/// teacher momentum all follow it.
package struct CosineSchedule: Sendable, Codable, Equatable {
  package var base: Double
  package var final: Double
  package var warmupStart: Double
  package var warmupSteps: Int
  package var totalSteps: Int
  package var decay: RateDecay

  /// - Parameter warmupSteps: cut to `totalSteps` where it is longer.
  package init(
    base: Double, final: Double, warmupStart: Double = 0, warmupSteps: Int = 0, totalSteps: Int,
    decay: RateDecay = .cosine
  ) {
    self.decay = decay
    self.base = base
    self.final = final
    self.warmupStart = warmupStart
    self.totalSteps = max(totalSteps, 0)
    self.warmupSteps = max(0, min(warmupSteps, self.totalSteps))
  }

  /// Value of step `step`, counted from 0; `final` from `totalSteps` on.
  package func value(at step: Int) -> Double {
    let step = max(step, 0)
    if step >= totalSteps { return final }
    if decay == .linear { return onLine(step) }
    if step < warmupSteps {
      guard warmupSteps > 1 else { return warmupStart }
      return warmupStart + (base - warmupStart) * Double(step) / Double(warmupSteps - 1)
    }
    let progress = Double(step - warmupSteps) / Double(totalSteps - warmupSteps)
    return final + 0.5 * (base - final) * (1 + cos(.pi * progress))
  }

  /// `PolyLrUpdaterHook` of power 1 and its linear warm-up (mmcv `runner/hooks/lr_updater.py`).
  private func onLine(_ step: Int) -> Double {
    let value = final + (base - final) * (1 - Double(step) / Double(totalSteps))
    guard step < warmupSteps else { return value }
    let missing = (1 - Double(step) / Double(warmupSteps)) * (1 - warmupStart / base)
    return value * (1 - missing)
  }
}
