import Datasets
import Foundation
import Models
import Recipe
import Tensors

/// What `mvp bench --data` measures: how fast one core turns the pictures of a folder into a model's input, with BEiT's
/// pre-training crops, by phase.
package struct DataBenchmark: Sendable {
  package var folder: URL
  /// Edge of a crop in pixels.
  package var size: PlaneSize
  /// Pictures to measure; the folder is gone through again where it has fewer.
  package var pictures = 1000

  /// In the order of the work: reading and decoding a file, cropping and resizing, mirroring and colour, normalising
  /// into patches.
  package static let phases = ["decode", "resize", "augment", "normalize"]

  package init(folder: URL, size: PlaneSize) {
    self.folder = folder
    self.size = size
  }

  package struct Result: Codable, Equatable, Sendable {
    package var folder: String
    package var pictures: Int
    package var size: PlaneSize
    /// Mean sides of the files in pixels.
    package var width: Int
    package var height: Int
    package var picturesPerSecond: Double
    /// The same by the time that the core was this process's: what the clock would show if nothing else ran.
    package var picturesPerCPUSecond: Double
    /// Seconds a picture.
    package var phases: [String: Double]
    package var skipped: Int
    /// The first of them with the reason.
    package var firstSkipped: String?
    /// How much else was found in the folder, and why it is left out, one text a reason.
    package var leftOut: Int
    package var leftOutReasons: [String]

    enum CodingKeys: String, CodingKey {
      case folder, pictures, size, width, height, skipped
      case picturesPerSecond = "pictures_per_s"
      case picturesPerCPUSecond = "pictures_per_cpu_s"
      case phases = "phases_s"
      case firstSkipped = "first_skipped"
      case leftOut = "left_out"
      case leftOutReasons = "left_out_reasons"
    }
  }

  /// - Parameter progress: called after every picture with the number of pictures done and of all.
  package func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> Result {
    let source = try openedPictures(at: folder)
    let view = Augmentation.pretraining(size: size)
    let device = CPUDevice(threads: 1)
    let patch = size.isMultiple(of: 16) ? 16 : size.isSquare ? size.height : 1
    var seconds = [String: Double]()
    var pixels = [Float](repeating: 0, count: 3 * size.area)
    var (done, skipped, width, height) = (0, 0, 0, 0)
    var firstSkipped: String?
    func timed<T>(_ phase: String, _ body: () throws -> T) rethrows -> T {
      let start = ContinuousClock.now
      defer { seconds[phase, default: 0] += start.duration(to: .now) / .seconds(1) }
      return try body()
    }
    let start = ProcessUsage.threadCPUSeconds
    for number in 0..<pictures {
      var generator = Philox(seed: 0, purpose: .crop, stream: UInt64(number))
      var box: CropBox?
      let picture: ShrunkPicture
      do {
        picture = try timed("decode") {
          try source.picture(at: number % source.count) { width, height in
            box = view.cropBox(width: width, height: height, using: &generator)
            return view.eighths(for: box)
          }
        }
      } catch {
        skipped += 1
        firstSkipped = firstSkipped ?? "\(error)"
        if done == 0, skipped == source.count {
          throw BackendError("no picture of \(folder.path) can be decoded: give another folder.")
        }
        continue
      }
      let square = timed("resize") { view.frame(picture, box: box) }
      timed("augment") { pixels.withUnsafeMutableBufferPointer { view.finish(square, using: &generator, into: $0) } }
      timed("normalize") {
        let tensor = Tensor(pixels, shape: [1, 3, size.height, size.width], device: device)
        _ = patchify(
          tensor, patch: patch, mean: PixelNormalization.imageNet.mean,
          standardDeviation: PixelNormalization.imageNet.standardDeviation)
      }
      width += picture.fullWidth
      height += picture.fullHeight
      done += 1
      progress(number + 1, pictures)
    }
    let whole = seconds.values.reduce(0, +)
    let busy = ProcessUsage.threadCPUSeconds - start
    return Result(
      folder: folder.path, pictures: done, size: size, width: width / max(done, 1), height: height / max(done, 1),
      picturesPerSecond: Double(done) / max(whole, 1e-9), picturesPerCPUSecond: Double(done) / max(busy, 1e-9),
      phases: seconds.mapValues { $0 / Double(max(done, 1)) },
      skipped: skipped, firstSkipped: firstSkipped, leftOut: source.leftOut.count, leftOutReasons: source.leftOut.words)
  }
}
