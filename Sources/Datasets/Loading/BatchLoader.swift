import Foundation
import Synchronization
import Tensors

/// Makes the batches of a run ahead of time on a queue of its own, a bounded number of them.
///
/// The content of a batch is a function of (seed, step): shuffled passes over the source, crops from counter-based
/// random numbers. So it is the same for any number of workers and any prefetch, and after a resume in the middle of a
/// pass.
package final class BatchLoader: Sendable {
  package let source: any PictureSource
  package let batchSize: Int
  /// One for each batch that ``batch(step:)`` returns.
  package let views: [Augmentation]
  /// Crops that every picture comes in, over and over; nil: others in every epoch.
  package let crops: Int?
  /// Whether another picture takes the place of one that cannot be decoded; else the place stays black.
  private let standsIn: Bool
  /// Gives the pixels' classes with the pictures; nil: batches have none.
  private let mapped: (source: any MappedPictures, augmentation: MapAugmentation)?
  private let seed: UInt64
  private let firstView: Int
  private let prefetch: Int
  /// Numbers of the batches asked for are so far apart.
  private let stride: Int
  private let order: EpochOrder
  private let queue: OperationQueue
  private let pending = Mutex<[Int: PendingBatch]>([:])
  private let isPatient: Bool
  private let patience = Mutex(PicturePatience())

  /// - Parameters:
  ///   - augmentation: the first view.
  ///   - views: further views of the same pictures, each with crops of its own (multi-crop).
  ///   - crops: epoch e shows the crops of epoch e mod `crops` again; nil draws others in every epoch.
  ///   - firstView: number of the first view. Loaders of one seed take the same places of their sources in the same
  ///     order; with other numbers they draw other crops.
  ///   - shuffles: false takes the pictures in the source's order.
  ///   - standsIn: false leaves the place of a picture that cannot be decoded black, and says which it is
  ///     (``Batch/missing``).
  ///   - prefetch: batches that are made ahead, at most.
  ///   - stride: how far apart the numbers of the batches are that will be asked for: those between are made elsewhere.
  ///   - threads: batches that are made at the same time.
  ///   - isPatient: a picture that the system does not give now fails its batch, which is worth asking for again, and
  ///     is left out only when it alone stays away; false leaves it out at once.
  package convenience init(
    source: any PictureSource, batchSize: Int, seed: UInt64, augmentation: Augmentation, views: [Augmentation] = [],
    firstView: Int = 0, crops: Int? = nil, shuffles: Bool = true, standsIn: Bool = true, prefetch: Int = 4,
    stride: Int = 1, threads: Int = 1, isPatient: Bool = false
  ) {
    self.init(
      source, mapped: nil, batchSize: batchSize, seed: seed, views: [augmentation] + views, firstView: firstView,
      crops: crops, shuffles: shuffles, standsIn: standsIn, prefetch: prefetch, stride: stride, threads: threads,
      isPatient: isPatient)
  }

  /// Batches with ``Batch/maps``.
  /// - Parameters: as above.
  package convenience init(
    mapped source: any MappedPictures, batchSize: Int, seed: UInt64, augmentation: MapAugmentation, crops: Int? = nil,
    prefetch: Int = 4, threads: Int = 1, isPatient: Bool = false
  ) {
    self.init(
      source, mapped: (source, augmentation), batchSize: batchSize, seed: seed,
      views: [.evaluation(size: augmentation.size)], firstView: 0, crops: crops, shuffles: true, standsIn: true,
      prefetch: prefetch, stride: 1, threads: threads, isPatient: isPatient)
  }

  private init(
    _ source: any PictureSource, mapped: (source: any MappedPictures, augmentation: MapAugmentation)?, batchSize: Int,
    seed: UInt64, views: [Augmentation], firstView: Int, crops: Int?, shuffles: Bool, standsIn: Bool, prefetch: Int,
    stride: Int, threads: Int, isPatient: Bool
  ) {
    self.source = source
    self.mapped = mapped
    self.batchSize = max(batchSize, 1)
    self.crops = crops
    self.standsIn = standsIn
    self.firstView = max(firstView, 0)
    self.seed = seed
    self.views = views
    self.prefetch = max(prefetch, 0)
    self.stride = max(stride, 1)
    self.isPatient = isPatient
    order = EpochOrder(seed: seed, count: source.count, shuffles: shuffles)
    queue = OperationQueue()
    queue.name = "mvp.loader"
    queue.maxConcurrentOperationCount = max(threads, 1)
  }

  deinit { queue.cancelAllOperations() }

  /// The batches of a step, one a view, each with the same pictures in the same order.
  /// - Throws: ``DatasetError`` if no picture of the source can be decoded, or the system does not give one for a
  ///   while: the caller may then ask for the same batch again.
  package func batch(step: Int) throws -> [Batch] {
    let wanted = pending.withLock { pending -> PendingBatch? in
      // What failed is made again: a folder that was away may be back.
      for (other, batch) in pending where other < step || other > step + prefetch * stride || batch.hasFailed {
        batch.isUnwanted.store(true, ordering: .relaxed)
        pending[other] = nil
      }
      for ahead in Swift.stride(from: step, through: step + prefetch * stride, by: stride)
      where pending[ahead] == nil {
        pending[ahead] = schedule(ahead)
      }
      return pending.removeValue(forKey: step)
    }
    guard let wanted else { return try make(step: step) }
    return try wanted.wait()
  }

  /// Passes over the source after `step` batches.
  package func epoch(step: Int) -> Double { Double(step * batchSize) / Double(max(source.count, 1)) }

  /// Numbers of the pictures of a step, before any is found not to decode.
  package func indices(step: Int) -> [Int] {
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

  private func cropEpoch(_ epoch: Int) -> Int { crops.map { epoch % max($0, 1) } ?? epoch }

  private func make(step: Int) throws -> [Batch] {
    guard source.count > 0 else { throw DatasetError("\(source.name) is empty: give a source with pictures.") }
    let channels = source.channels
    var batches = views.map { view in
      Batch(
        pixels: [Float](repeating: 0, count: batchSize * channels * view.size.area), channels: channels,
        size: view.size, indices: [], labels: [], captions: [], skipped: [])
    }
    if mapped != nil {
      batches[0].maps = [UInt8](repeating: LabelMap.ignored, count: batchSize * views[0].size.area)
    }
    for sample in 0..<batchSize {
      let place = order.place(at: step * batchSize + sample)
      guard let found = try picture(for: place, sample, &batches) else { continue }
      for number in views.indices {
        fill(&batches[number], at: sample, with: found, view: number)
        batches[number].indices.append(found.index)
        if let label = source.label(at: found.index) { batches[number].labels.append(label) }
        batches[number].captions.append(source.caption(at: found.index) ?? "")
        batches[number].skipped += number == 0 ? found.skipped : []
      }
    }
    return batches
  }

  private func fill(_ batch: inout Batch, at sample: Int, with found: Crops, view number: Int) {
    draw(found, view: number, at: sample, &batch.pixels, &batch.maps)
  }

  private func draw(
    _ found: Crops, view number: Int, at sample: Int, _ pixels: inout [Float], _ maps: inout [UInt8]
  ) {
    let view = views[number]
    var generator = found.generators[number]
    let plane = view.size.area
    let each = source.channels * plane
    pixels.withUnsafeMutableBufferPointer { pixels in
      let square = UnsafeMutableBufferPointer(rebasing: pixels[sample * each..<(sample + 1) * each])
      guard let map = found.map, let mapped else {
        return view.finish(view.frame(found.picture, box: found.boxes[number]), using: &generator, into: square)
      }
      maps.withUnsafeMutableBufferPointer { maps in
        mapped.augmentation.apply(
          to: found.picture.picture, map, using: &generator, into: square,
          UnsafeMutableBufferPointer(rebasing: maps[sample * plane..<(sample + 1) * plane]))
      }
    }
  }

  /// A picture and the part of it that each view takes.
  private struct Crops {
    var picture: ShrunkPicture
    var map: LabelMap?
    var index: Int
    var boxes: [CropBox?]
    /// What the views draw from next.
    var generators: [Philox]
    var skipped: [SkippedPicture]
  }

  /// The picture of a place, or where others stand in the next one that can be decoded, as small as its crops allow;
  /// nil leaves a place of the batches black.
  private func picture(for place: EpochOrder.Place, _ sample: Int, _ batches: inout [Batch]) throws -> Crops? {
    // The stream belongs to the place, not to the picture that stands in.
    let fresh = views.indices.map {
      Philox(
        seed: seed, purpose: .crop, stream: UInt64(cropEpoch(place.epoch)) << 32 | UInt64(place.index),
        substream: UInt32(firstView + $0))
    }
    var skipped: [SkippedPicture] = []
    for offset in 0..<source.count {
      let candidate = (place.index + offset) % source.count
      var generators = fresh
      var boxes: [CropBox?] = []
      do {
        let picture = try source.picture(at: candidate) { width, height in
          boxes = zip(views, generators.indices).map { view, number in
            view.cropBox(width: width, height: height, using: &generators[number])
          }
          return zip(views, boxes).map { view, box in view.eighths(for: box) }.max() ?? 8
        }
        let map = try mapped.map {
          try $0.source.fitting($0.source.classMap(at: candidate), picture.picture, at: candidate)
        }
        return Crops(
          picture: picture, map: map, index: candidate, boxes: boxes, generators: generators, skipped: skipped)
      } catch {
        if shouldWait(for: candidate, error) { throw error }
        skipped.append(SkippedPicture(path: source.itemName(at: candidate), reason: "\(error)"))
        guard !standsIn else { continue }
        for number in batches.indices {
          batches[number].indices.append(candidate)
          if let label = source.label(at: candidate) { batches[number].labels.append(label) }
          batches[number].captions.append("")
          batches[number].missing.append(sample)
        }
        batches[0].skipped += skipped
        return nil
      }
    }
    let reason = skipped.last?.reason ?? "it has none"
    throw DatasetError(
      "no picture of \(source.name) can be decoded (\(reason)): give a folder with whole pictures.")
  }
}

extension BatchLoader {
  private func shouldWait(for index: Int, _ error: any Error) -> Bool {
    guard isPatient else { return false }
    switch source.trouble(at: index, error) {
    case .broken: return false
    case .alone: return patience.withLock { $0.waits(for: index) }
    case .away: return true
    }
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

  /// Ends the wait without a batch.
  func fail() { ready.leave() }

  /// Whether it was made in vain.
  var hasFailed: Bool {
    result.withLock { result in if case .failure? = result { true } else { false } }
  }

  func wait() throws -> [Batch] {
    ready.wait()
    guard let made = result.withLock({ $0 }) else {
      throw DatasetError("the loader was stopped while a batch was awaited.")
    }
    return try made.get()
  }
}
