import Recipe

/// A contiguous row-major array on a device, of float32 or, between the layers of a model, of bfloat16, and the history
/// of how it came to be if it may need a gradient.
///
/// Tensors belong to one serial queue at a time; they are not `Sendable`.
package final class Tensor {
  package let shape: [Int]
  package let device: any ComputeDevice
  let storage: Storage
  /// The op that made this tensor, when some input of it wanted a gradient.
  let node: TapeNode?
  /// Where this tensor's gradient gathers; nil if none is wanted.
  private(set) var slot: GradientSlot?
  /// Computes the values again from what is kept anyway, rounded no more than they were: a backward pass that needs
  /// them once more for a weight's gradient has them made so.
  var remake: (() -> Storage)?

  /// Number format of the elements.
  package var precision: Precision { storage.precision }

  /// Elements in all.
  package var count: Int { shape.reduce(1, *) }

  init(storage: Storage, shape: [Int], device: any ComputeDevice, node: TapeNode? = nil) {
    self.storage = storage
    self.shape = shape
    self.device = device
    self.node = node
    slot = node?.slot
  }

  package convenience init(_ values: [Float], shape: [Int], device: any ComputeDevice) {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
    let storage = device.allocate(values.count)
    device.write(values, to: storage)
    self.init(storage: storage, shape: shape, device: device)
  }

  package static func full(_ value: Float, _ shape: [Int], device: any ComputeDevice) -> Tensor {
    let storage = device.allocate(shape.reduce(1, *))
    device.fill(storage, value)
    return Tensor(storage: storage, shape: shape, device: device)
  }

  package static func zeros(_ shape: [Int], device: any ComputeDevice) -> Tensor { full(0, shape, device: device) }
  package static func ones(_ shape: [Int], device: any ComputeDevice) -> Tensor { full(1, shape, device: device) }

  /// True for parameters: a leaf whose gradient gathers in ``gradient``. Setting it on a tensor with history has no
  /// effect.
  package var requiresGradient: Bool {
    get { node == nil && slot != nil }
    set {
      guard node == nil else { return }
      slot = newValue ? (slot ?? GradientSlot(count: count, precision: precision)) : nil
    }
  }

  /// What ``backward()`` gathered in this leaf since it was last cleared; assign nil to clear.
  package var gradient: Tensor? {
    get {
      guard requiresGradient, let storage = slot?.storage else { return nil }
      return Tensor(storage: storage, shape: shape, device: device)
    }
    set { slot?.storage = newValue?.storage }
  }

  /// The values, copied to the host.
  package func array() -> [Float] { device.read(storage, count: count) }

  /// The values as they lie in memory, or a copy where they do not lie there as float32.
  package func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    guard let cpu = device as? CPUDevice, precision == .float32 else {
      return try array().withUnsafeBufferPointer(body)
    }
    return try body(UnsafeBufferPointer(start: cpu.pointer(storage), count: count))
  }

  /// Overwrites the values in place.
  package func write(_ values: [Float]) {
    precondition(values.count == count, "\(values.count) values for shape \(shape)")
    device.write(values, to: storage)
  }

  /// A promise, for speed alone, that the values will not change: those of a frozen teacher.
  package var isConstant: Bool {
    get { storage.isConstant }
    set { storage.isConstant = newValue }
  }

  /// The value of a tensor of one element.
  package var scalar: Float { device.read(storage, count: 1)[0] }

  /// The same memory without history.
  package func detached() -> Tensor { Tensor(storage: storage, shape: shape, device: device) }

  /// A copy in memory of its own, without history.
  package func copy() -> Tensor {
    let storage = device.allocate(count, precision)
    device.copy(self.storage, to: storage, count: count)
    return Tensor(storage: storage, shape: shape, device: device)
  }

  /// The same memory under another shape; differentiable.
  package func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "cannot reshape \(self.shape) to \(shape)")
    let node = TapeNode.record([self], count: count, precision: precision) { [target] in target.give($0) }
    return Tensor(storage: storage, shape: shape, device: device, node: node)
  }

  /// The values in float32: the same tensor where it is so already; differentiable.
  package func float32() -> Tensor { converted(to: .float32) }

  /// The values in another number format; differentiable, the gradient is converted back.
  package func converted(to precision: Precision) -> Tensor {
    guard precision != self.precision else { return self }
    let node = TapeNode.record([self], count: count, precision: precision) { [target] in target.give($0) }
    return Tensor(storage: device.converted(storage, to: precision), shape: shape, device: device, node: node)
  }

  /// Hands out `values`, which are this tensor's in some number format, in the backward pass: kept, or made again where
  /// that takes no memory.
  func kept(as values: Storage) -> () -> Storage {
    if let remake, values === storage { return remake }
    return { values }
  }

  /// Rows when the last axis is taken as columns.
  var rows: Int { count / max(columns, 1) }
  /// Length of the last axis.
  var columns: Int { shape.last ?? 1 }
}

/// A tensor and the dotted name it goes by in checkpoints.
package struct NamedTensor {
  package var name: String
  package var tensor: Tensor

  package init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
