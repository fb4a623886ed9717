import Recipe
import Synchronization

/// Holds the gradient of one tensor while it gathers: absent, or memory of `count` elements.
final class GradientSlot {
  let count: Int
  /// Number format of the gradient: that of the tensor.
  let precision: Precision
  var storage: Storage?
  /// Number of the first op that a leaf went into since that was last forgotten.
  var firstUse: Int?

  init(count: Int, precision: Precision = .float32) {
    self.count = count
    self.precision = precision
  }
}

/// One recorded op: its inputs, and how to turn the gradient of its output into theirs.
///
/// Nodes are numbered as they are made, so walking them by falling number is a valid reverse order.
final class TapeNode {
  private static let counter = Atomic<Int>(0)

  let number: Int
  /// Gathers the gradient of the op's output.
  let slot: GradientSlot
  private(set) var inputs: [TapeNode]
  private var pullBack: ((Storage) -> Void)?

  private init(inputs: [TapeNode], count: Int, precision: Precision, pullBack: @escaping (Storage) -> Void) {
    number = TapeNode.counter.add(1, ordering: .relaxed).newValue
    slot = GradientSlot(count: count, precision: precision)
    self.inputs = inputs
    self.pullBack = pullBack
  }

  /// A node when some input wants a gradient, else nil: nothing is kept then.
  /// - Parameters:
  ///   - count: elements of the op's output.
  ///   - precision: the output's number format, which its gradient gathers in.
  ///   - pullBack: receives the gradient of the output, which it may hand on with `giveGradient`.
  static func record(
    _ inputs: [Tensor?], count: Int, precision: Precision = .float32, pullBack: @escaping (Storage) -> Void
  ) -> TapeNode? {
    guard inputs.contains(where: { $0?.isTracked == true }) else { return nil }
    return recordAlways(inputs, count: count, precision: precision, pullBack: pullBack)
  }

  /// A node even where no input wants a gradient: for a part whose parameters do.
  static func recordAlways(
    _ inputs: [Tensor?], count: Int, precision: Precision = .float32, pullBack: @escaping (Storage) -> Void
  ) -> TapeNode {
    let node = TapeNode(inputs: inputs.compactMap { $0?.node }, count: count, precision: precision, pullBack: pullBack)
    for case let input? in inputs where input.node == nil && input.slot?.firstUse == nil {
      input.slot?.firstUse = node.number
    }
    return node
  }

  /// Runs the op backward once and lets go of everything it kept.
  func run() {
    if let gradient = slot.storage { pullBack?(gradient) }
    slot.storage = nil
    pullBack = nil
    inputs = []
  }
}

extension Tensor {
  /// Gathers the gradient of this scalar in every leaf that it depends on, and frees the history.
  /// - Parameter passed: told of each op by its number, once it and all that came after it have been run backward: the
  ///   gradient of a leaf whose ``firstUse`` is no smaller is whole then.
  package func backward(passed: ((_ number: Int) -> Void)? = nil) {
    precondition(count == 1, "backward starts from a scalar, not from shape \(shape)")
    let seed = device.allocate(1)
    device.fill(seed, 1)
    backward(seed: seed, passed: passed)
  }

  /// Number of the first op that this leaf went into since ``forgetUses()``; nil: none that was recorded.
  package var firstUse: Int? { slot?.firstUse }

  package func forgetUses() { slot?.firstUse = nil }

  /// The same from a tensor of any shape, whose own gradient is given.
  /// - Parameter seed: `count` elements; belongs to the history from here on.
  func backward(seed: Storage, passed: ((_ number: Int) -> Void)? = nil) {
    guard let node else { return }
    var reached: [ObjectIdentifier: TapeNode] = [:]
    var open = [node]
    while let next = open.popLast() {
      guard reached.updateValue(next, forKey: ObjectIdentifier(next)) == nil else { continue }
      open += next.inputs
    }
    node.slot.storage = seed
    var order = reached.values.sorted { $0.number > $1.number }
    reached = [:]
    order.reverse()
    while let next = order.popLast() {
      next.run()
      passed?(next.number)
    }
  }

  /// Whether an op should keep what its backward needs.
  var isTracked: Bool { slot != nil && Recomputation.isRecording }

  /// Where this tensor's gradient goes, without keeping the tensor's own memory alive.
  var target: GradientTarget { GradientTarget(slot: slot, device: device, count: count) }
}

/// The receiving end of a tensor's gradient; closures keep this instead of the tensor when they need no values.
struct GradientTarget {
  let slot: GradientSlot?
  let device: any ComputeDevice
  let count: Int

  var isWanted: Bool { slot != nil }

  /// Where a kernel writes the gradient, and whether it must add to what is there; nil if no gradient is wanted.
  func destination() -> (storage: Storage, accumulate: Bool)? {
    guard let slot else { return nil }
    if let storage = slot.storage { return (storage, true) }
    let storage = device.allocate(count, slot.precision)
    slot.storage = storage
    return (storage, false)
  }

  /// Hands over memory whose values are the gradient; the giver no longer writes to it.
  func give(_ gradient: Storage) {
    guard let slot else { return }
    let gradient = device.converted(gradient, to: slot.precision)
    if let storage = slot.storage {
      device.axpby(gradient, scale: 1, into: storage, keep: 1, count: count)
    } else {
      slot.storage = gradient
    }
  }

  /// Adds `gradient` times a factor of one element, without keeping its memory.
  func add(_ gradient: Storage, times factor: Storage) {
    guard let (storage, accumulate) = destination() else { return }
    device.axpby(gradient, times: factor, into: storage, keep: accumulate ? 1 : 0, count: count)
  }

  /// Adds `scale` times `gradient` without keeping its memory.
  func add(_ gradient: Storage, scale: Float = 1) {
    guard let (storage, accumulate) = destination() else { return }
    device.axpby(gradient, scale: scale, into: storage, keep: accumulate ? 1 : 0, count: count)
  }
}
