import Recipe

/// A device that holds ``Storage`` and runs the closed set of ops on it. Each group of kernels is declared beside the
/// op that uses it. Nothing above this protocol assumes that storage is host memory.
///
/// Conventions of all kernels: matrices are row-major; a `(storage, accumulate)` destination is added to when
/// `accumulate` is true and overwritten otherwise; shapes are those that the op's documentation gives.
package protocol ComputeDevice: AnyObject, MemoryKernels, LinearKernels, ActivationKernels, FeedForwardKernels,
  GateKernels, NormKernels, BatchNormKernels, AttentionKernels, RotationKernels, TokenKernels, MapKernels,
  ConvolutionKernels, PoolingKernels,
  RowKernels, SoftmaxKernels, CodeKernels, MapPatchKernels, LossKernels, OptimizerKernels
{
  /// The device in words, for headers and logs.
  var description: String { get }
  /// Number format in which models should ask for their products.
  var precision: Precision { get }
  /// What the bits of a result depend on beside the number format, in words by name; the number of threads is none of
  /// it.
  var arithmetic: [String: String] { get }
  /// This machine's cores, for what is done beside the device. A CPU's device is its own.
  var host: CPUDevice { get }
  /// Memory that tensors take on the device.
  var memoryUse: MemoryStatistics { get }
  /// The first thing that the device could not do; nil while all is well. What is asked of it after that is left
  /// undone, but reading.
  var failure: DeviceFailure? { get }
  /// Returns when all that was asked of the device is done: for who measures time.
  func synchronize()
  /// Where a part of a step ends. A device that works on behind the host waits here while its parts are being timed.
  func endPart()
}

extension ComputeDevice {
  package var failure: DeviceFailure? { nil }
  package func synchronize() {}
  package func endPart() {}

  /// Whether tensors lie in this machine's memory: what the host does with them needs no copy.
  package var isHost: Bool { host === self }

  /// Cores of this machine that an op, or what is done beside it, may use.
  package var threads: Int { host.threads }

  /// Waits for all that was asked of the device.
  /// - Throws: its ``failure``.
  package func check() throws {
    synchronize()
    try confirm()
  }

  /// Waits for nothing: what the host has read is right.
  /// - Throws: the device's ``failure``, if it has come to one by now.
  package func confirm() throws { if let failure { throw failure } }
}

/// Bytes of tensors on a device.
package struct MemoryStatistics: Equatable, Sendable {
  /// Held in all, in use or free.
  package var reserved = 0
  package var inUse = 0
  package var peakInUse = 0
  /// Blocks asked of the system.
  package var allocations = 0
}

/// What a device could not do. It has no other way to say so: kernels return at once, and a GPU works on behind them.
package struct DeviceFailure: Error, Equatable, CustomStringConvertible {
  /// One sentence: what, where, and what to do.
  package let description: String
  /// Whether its memory cannot be read any more: no checkpoint can be written then.
  package let isMemoryLost: Bool

  package init(description: String, isMemoryLost: Bool) {
    self.description = description
    self.isMemoryLost = isMemoryLost
  }
}

/// A place for a gradient.
package typealias Destination = (storage: Storage, accumulate: Bool)

/// Allocation and movement.
package protocol MemoryKernels {
  /// Memory for `count` elements, contents undefined.
  func allocate(_ count: Int, _ precision: Precision) -> Storage
  /// y = x, from one number format to the other.
  func convert(_ x: Storage, to y: Storage, count: Int)
  func write(_ values: [Float], to storage: Storage)
  func read(_ storage: Storage, count: Int) -> [Float]
  func fill(_ storage: Storage, _ value: Float)
  func copy(_ source: Storage, to destination: Storage, count: Int)
  /// Copies `count` elements between offsets.
  func copy(_ source: Storage, from: Int, to destination: Storage, at: Int, count: Int)
  /// y = scale * x + keep * y; `keep` 0 overwrites.
  func axpby(_ x: Storage, scale: Float, into y: Storage, keep: Float, count: Int)
  /// Like `axpby`, reading x from an offset.
  func axpby(_ x: Storage, from: Int, scale: Float, into y: Storage, keep: Float, count: Int)
  /// y = factor * x + keep * y, for a factor of one element that the host need not know.
  func axpby(_ x: Storage, times factor: Storage, into y: Storage, keep: Float, count: Int)
}

extension MemoryKernels {
  /// Memory for `count` float32 elements, contents undefined.
  package func allocate(_ count: Int) -> Storage { allocate(count, .float32) }

  /// The storage itself, or a copy in another number format.
  func converted(_ x: Storage, to precision: Precision) -> Storage {
    guard x.precision != precision else { return x }
    let y = allocate(x.count, precision)
    convert(x, to: y, count: x.count)
    return y
  }
}
