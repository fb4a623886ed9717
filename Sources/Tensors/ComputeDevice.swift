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
