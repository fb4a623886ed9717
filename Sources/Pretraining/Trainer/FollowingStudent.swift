import Models
import Tensors

/// A copy of the student that follows it as it learns: an average of the weights that it had, or what it was one step
/// before. Part of a run's state.
package final class FollowingStudent {
  package enum Pace: Equatable, Sendable {
    /// The student as it was before its last step, as CAE aligns with it: copied once it was used.
    case oneStepBehind
    /// Moving average of the student after each step.
    case average(AverageMomentum)
  }

  package let pace: Pace
  /// Frozen.
  package let model: VisionTransformer

  /// Begins as a student of this configuration and seed begins.
  package init(
    _ pace: Pace, of configuration: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) {
    self.pace = pace
    model = VisionTransformer(configuration, device: device, seed: seed)
    model.freeze()
  }

  /// - Parameter model: frozen.
  private init(_ pace: Pace, model: VisionTransformer) {
    self.pace = pace
    self.model = model
  }

  /// The same as it is now, which follows nothing on.
  func copy() -> FollowingStudent { FollowingStudent(pace, model: model.copy()) }

  /// Becomes what the student is.
  func begin(as student: VisionTransformer) { model.copyParameters(from: student) }

  /// To be called when a step has used it and is about to change the student.
  func beforeUpdate(of student: VisionTransformer) {
    guard pace == .oneStepBehind else { return }
    follow(student, momentum: 0)
  }

  /// To be called when a step has changed the student.
  /// - Parameter step: steps before it.
  func afterUpdate(of student: VisionTransformer, step: Int) {
    if let momentum = momentum(at: step) { follow(student, momentum: Float(momentum)) }
  }

  /// What an average keeps of itself in a step; nil for other copies.
  func momentum(at step: Int) -> Double? {
    guard case .average(let momentum) = pace else { return nil }
    return momentum.value(at: step)
  }

  private func follow(_ student: VisionTransformer, momentum: Float) {
    for (slow, fast) in zip(model.parameters(), student.parameters()) {
      exponentialMovingAverage(slow.tensor, toward: fast.tensor, momentum: momentum)
    }
  }

  /// As arrays of a state, `PREFIX.blocks.0.norm1.weight.value`: their ends keep them from being taken for a model of
  /// their own.
  func state(prefix: String) -> [NamedTensor] {
    model.parameters(prefix: prefix).map { NamedTensor(name: $0.name + ".value", tensor: $0.tensor) }
  }
}

/// How slowly an average follows: its momentum rises along a line over the run, so that it looks back further the less
/// there is to learn.
///
/// Long runs have .999 at first and .9999 at last, about data2vec's (Baevski et al. 2022, arXiv 2202.03555, .999 to
/// .9999 and the like by modality); runs for which that were too slow look back a hundredth of their steps at first, a
/// tenth at last.
package struct AverageMomentum: Equatable, Sendable {
  package let first: Double
  package let last: Double
  private let steps: Int

  private static let longest = (first: 0.999, last: 0.9999)
  private static let share = (first: 0.01, last: 0.1)

  package init(totalSteps: Int) {
    func momentum(_ share: Double) -> Double { 1 - 1 / max(share * Double(totalSteps), 1) }
    first = min(Self.longest.first, momentum(Self.share.first))
    last = min(Self.longest.last, momentum(Self.share.last))
    steps = totalSteps
  }

  /// After so many steps.
  package func value(at step: Int) -> Double {
    first + (last - first) * min(Double(step) / Double(max(steps - 1, 1)), 1)
  }
}
