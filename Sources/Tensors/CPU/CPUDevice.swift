import CKernels
import COpenBLAS
import Foundation
import Recipe

/// The host CPU: OpenBLAS or oneDNN for products, `CKernels` for the rest, work split over a few threads that sleep
/// when idle.
///
/// Reductions run over a fixed number of blocks added in order, so their result does not depend on the number of
/// threads.
package final class CPUDevice: ComputeDevice {
  /// Cores that an op may use.
  package let threads: Int
  /// Number format of the products that a model asks for in ``ComputeDevice/precision``.
  package let precision: Precision
  /// Library of the products.
  package let backend: CPUBackend
  package let pool = MemoryPool()

  /// - Parameters:
  ///   - threads: nil takes all cores this process may run on.
  ///   - dtype: number format of the products.
  ///   - backend: nil takes the fastest that this build has. See ``CPUBackend/objection(to:dtype:)``.
  package init(threads: Int? = nil, dtype: Precision = .float32, backend: CPUBackend? = nil) {
    self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
    precision = dtype
    self.backend = backend ?? .preferred(for: dtype)
    mvp_blas_prepare()
  }

  package var host: CPUDevice { self }
  package var memoryUse: MemoryStatistics { pool.statistics }

  package var arithmetic: [String: String] {
    var words = ["products": backend.description, "loops": String(cString: mvp_cpu_level())]
    // What the native products do not take is left to it.
    if backend == .native { words["other products"] = "OpenBLAS \(OpenBLASReport.current.coreName)" }
    if backend == .oneDNN { words["cpu"] = String(cString: mvp_cpu_features()) }
    return words
  }

  package var description: String { "\(backend.description) x\(threads), \(precision.rawValue)" }

  func memory(_ storage: Storage) -> UnsafeMutableRawPointer {
    guard let own = storage as? CPUStorage else { preconditionFailure("storage of another device") }
    putInOrder(own)
    return own.memory
  }

  func pointer(_ storage: Storage) -> UnsafeMutablePointer<Float> {
    precondition(storage.precision == .float32, "a kernel for float32 was given bfloat16")
    return memory(storage).assumingMemoryBound(to: Float.self)
  }

  func pointer(_ storage: Storage?) -> UnsafeMutablePointer<Float>? { storage.map { pointer($0) } }
}

extension CPUDevice {
  package func allocate(_ count: Int, _ precision: Precision) -> Storage {
    CPUStorage(count: count, precision: precision, pool: pool)
  }

  package func convert(_ x: Storage, to y: Storage, count: Int) {
    copy(x, from: 0, to: y, at: 0, count: count)
  }

  package func write(_ values: [Float], to storage: Storage) {
    guard storage.precision == .float32 else {
      let exact = allocate(values.count)
      write(values, to: exact)
      return convert(exact, to: storage, count: values.count)
    }
    let target = pointer(storage)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { target.update(from: base, count: source.count) }
    }
  }

  package func read(_ storage: Storage, count: Int) -> [Float] {
    Array(UnsafeBufferPointer(start: pointer(converted(storage, to: .float32)), count: count))
  }

  package func fill(_ storage: Storage, _ value: Float) { mvp_fill(pointer(storage), value, storage.count) }

  package func copy(_ source: Storage, to destination: Storage, count: Int) {
    copy(source, from: 0, to: destination, at: 0, count: count)
  }

  package func copy(_ source: Storage, from: Int, to destination: Storage, at: Int, count: Int) {
    // Called once: the first caller puts a weight in panels in order.
    let (source, destination) = (array(source, at: from), array(destination, at: at))
    parallel(count, work: count) { range in
      mvp_convert(source.from(range.lowerBound), destination.from(range.lowerBound), range.count)
    }
  }

  package func axpby(_ x: Storage, scale: Float, into y: Storage, keep: Float, count: Int) {
    axpby(x, from: 0, scale: scale, into: y, keep: keep, count: count)
  }

  package func axpby(_ x: Storage, from: Int, scale: Float, into y: Storage, keep: Float, count: Int) {
    let (x, y) = (pointer(x) + from, pointer(y))
    parallel(count, work: count) { mvp_axpby(x + $0.lowerBound, scale, y + $0.lowerBound, keep, $0.count) }
  }

  package func axpby(_ x: Storage, times factor: Storage, into y: Storage, keep: Float, count: Int) {
    axpby(x, scale: pointer(factor)[0], into: y, keep: keep, count: count)
  }

  package func adamW(_ updates: [AdamWUpdate], by rates: AdamWRates) {
    for update in updates {
      let (w, g, m, v) = (
        pointer(update.weight), pointer(update.gradient), pointer(update.first), pointer(update.second)
      )
      parallel(update.weight.count, work: update.weight.count) { range in
        let i = range.lowerBound
        mvp_adamw(
          w + i, g + i, m + i, v + i, range.count, rates.learningRate, rates.beta1, rates.beta2, rates.epsilon,
          rates.weightDecay, rates.correction1, rates.correction2)
      }
    }
  }

  package func scale(_ storages: [Storage], by factor: Float) {
    for storage in storages { axpby(storage, scale: factor, into: storage, keep: 0, count: storage.count) }
  }

  package func sumOfSquares(of storages: [Storage]) -> Double {
    storages.reduce(0) { $0 + sumOfSquares($1, count: $1.count) }
  }
}
