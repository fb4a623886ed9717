import Foundation
import Synchronization
import Tensors

/// Makes the batches of a run ahead of time on a queue of its own, a bounded number of them.
///
/// The content of a batch is a function of (seed, step): shuffled passes over the source, crops from counter-based random numbers.
/// So it is the same for any number of workers and any prefetch, and after a resume in the middle of a pass.
public final class BatchLoader: Sendable {
  public let source: any PictureSource
  public let batchSize: Int
  /// One for each batch that ``batch(step:)`` returns.
  public let views: [Augmentation]
  private let seed: UInt64
  private let prefetch: Int
  private let order: EpochOrder
  private let queue: OperationQueue
  private let pending = Mutex<[Int: PendingBatch]>([:])

  /// - Parameters:
  ///   - augmentation: the first view.
  ///   - views: further views of the same pictures, each with crops of its own (multi-crop).
  ///   - shuffles: false takes the pictures in the source's order.
  ///   - prefetch: batches that are made ahead, at most.
  ///   - threads: batches that are made at the same time.
  public init(
    source: any PictureSource, batchSize: Int, seed: UInt64, augmentation: Augmentation, views: [Augmentation] = [],
    shuffles: Bool = true, prefetch: Int = 4, threads: Int = 1
  ) {
    self.source = source
    self.batchSize = max(batchSize, 1)
    self.seed = seed
    self.views = [augmentation] + views
    self.prefetch = max(prefetch, 0)
    order = EpochOrder(seed: seed, count: source.count, shuffles: shuffles)
    queue = OperationQueue()
    queue.name = "mvp.loader"
    queue.maxConcurrentOperationCount = max(threads, 1)
  }

  deinit { queue.cancelAllOperations() }

  /// The batches of a step, one a view, each with the same pictures in the same order.
  /// - Throws: ``DatasetError`` where no picture of the source can be decoded.
  public func batch(step: Int) throws -> [Batch] {
    let wanted = pending.withLock { pending -> PendingBatch? in
      for (other, batch) in pending where other < step || other > step + prefetch {
        batch.isUnwanted.store(true, ordering: .relaxed)
        pending[other] = nil
      }
      for ahead in step...step + prefetch where pending[ahead] == nil {
        pending[ahead] = schedule(ahead)
      }
      return pending.removeValue(forKey: step)
    }
    guard let wanted else { return try make(step: step) }
    return try wanted.wait()
  }

  /// Passes over the source after `step` batches.
  public func epoch(step: Int) -> Double { Double(step * batchSize) / Double(max(source.count, 1)) }

  /// Numbers of the pictures of a step, before any is found not to decode.
  public func indices(step: Int) -> [Int] {
    (0..<batchSize).map { order.place(at: step * batchSize + $0).index }
  }

  private func schedule(_ step: Int) -> PendingBatch {
    let batch = PendingBatch()
    queue.addOperation { [weak self] in
      guard let self, !batch.isUnwanted.load(ordering: .relaxed) else { return batch.fail() }
      batch.fulfil(Result { try self.make(step: step) })
    }
    return batch
  }

  private func make(step: Int) throws -> [Batch] {
    guard source.count > 0 else { throw DatasetError("\(source.name) is empty: give a source with pictures.") }
    var batches = views.map { view in
      Batch(
        pixels: [Float](repeating: 0, count: batchSize * 3 * view.size * view.size), size: view.size, indices: [],
        labels: [], captions: [], skipped: [])
    }
    for sample in 0..<batchSize {
      let place = order.place(at: step * batchSize + sample)
      var skipped: [SkippedPicture] = []
      let (picture, index) = try decodable(from: place.index, skipped: &skipped)
      for (number, view) in views.enumerated() {
        // The stream belongs to the place, not to the picture that stands in.
        var generator = Philox(
          seed: seed, purpose: .crop, stream: UInt64(place.epoch) << 32 | UInt64(place.index), substream: UInt32(number)
        )
        let length = 3 * view.size * view.size
        batches[number].pixels.withUnsafeMutableBufferPointer { pixels in
          view.apply(
            to: picture, using: &generator,
            into: UnsafeMutableBufferPointer(rebasing: pixels[sample * length..<(sample + 1) * length]))
        }
        batches[number].indices.append(index)
        if let label = source.label(at: index) { batches[number].labels.append(label) }
        batches[number].captions.append(source.caption(at: index) ?? "")
        batches[number].skipped += number == 0 ? skipped : []
      }
    }
    return batches
  }

  /// The picture at `index`, or the next one that can be decoded.
  private func decodable(from index: Int, skipped: inout [SkippedPicture]) throws -> (Picture, Int) {
    let least = views.map(\.leastShortSide).contains(0) ? 0 : views.map(\.leastShortSide).max() ?? 0
    for offset in 0..<source.count {
      let candidate = (index + offset) % source.count
      do {
        return (try source.picture(at: candidate, leastShortSide: least), candidate)
      } catch {
        skipped.append(SkippedPicture(path: source.itemName(at: candidate), reason: "\(error)"))
      }
    }
    let reason = skipped.last?.reason ?? "it has none"
    throw DatasetError(
      "no picture of \(source.name) can be decoded (\(reason)): give a folder with whole JPEG or PNG files.")
  }
}

/// A batch that is being made.
private final class PendingBatch: Sendable {
  let isUnwanted = Atomic<Bool>(false)
  private let ready = DispatchGroup()
  private let result = Mutex<Result<[Batch], any Error>?>(nil)

  init() { ready.enter() }

  func fulfil(_ made: Result<[Batch], any Error>) {
    result.withLock { $0 = made }
    ready.leave()
  }

  /// Ends the wait without a batch; nobody waits for one that is not wanted.
  func fail() { ready.leave() }

  func wait() throws -> [Batch] {
    ready.wait()
    guard let made = result.withLock({ $0 }) else {
      throw DatasetError("the loader was stopped while a batch was awaited.")
    }
    return try made.get()
  }
}
