import Datasets
import Models
import Recipe
import Tasks
import Tensors

/// A frozen model that tells the class of each pixel, and how pictures are brought to its size.
package struct PixelClassifier {
  /// Of its pictures, in pixels.
  package let size: PlaneSize
  package let classNames: [String]
  package let inference: SegmentationInference
  /// Pixels from a window to the next one.
  package let stride: PlaneSize
  /// Multiply-adds of one window, each counted twice.
  package let flopPerWindow: Double
  package let device: any ComputeDevice
  /// [B, C, H, W] in 0...1 -> [B, H, W, classes]
  package let logits: (Tensor) -> Tensor

  package init(
    size: PlaneSize, classNames: [String], inference: SegmentationInference, stride: PlaneSize, flopPerWindow: Double,
    device: any ComputeDevice, logits: @escaping (Tensor) -> Tensor
  ) {
    self.size = size
    self.classNames = classNames
    self.inference = inference
    self.stride = PlaneSize(height: max(stride.height, 1), width: max(stride.width, 1))
    self.flopPerWindow = flopPerWindow
    self.device = device
    self.logits = logits
  }

  package var classes: Int { classNames.count }
  /// Times the side of a window that a side is shown with at most; longer strips are squeezed.
  private static let longestShape = 16
  private static let flopPerBatch = 6e9
  private static let largestBatch = 32
  /// Windows that are computed together: a function of the model alone.
  package var batch: Int {
    max(1, min(Self.largestBatch, Int((Self.flopPerBatch / max(flopPerWindow, 1)).rounded())))
  }

  /// The class of each pixel of pictures, each as large as its picture.
  /// - Throws: ``NotFinitePixels`` where some logits are not finite.
  package func maps(_ pictures: [Picture]) throws -> [LabelMap] {
    var sums = pictures.map { WindowSums(shownSize($0), window: size, stride: stride, classes: classes) }
    let shown = zip(pictures, sums).map { $0.resized(width: $1.width, height: $1.height) }
    let places = sums.indices.flatMap { picture in sums[picture].corners.map { (picture: picture, corner: $0) } }
    for first in Swift.stride(from: 0, to: places.count, by: batch) {
      let part = places[first..<min(first + batch, places.count)]
      let pixels = part.flatMap { place in
        shown[place.picture].cropped(
          to: CropBox(left: place.corner.x, top: place.corner.y, width: size.width, height: size.height)
        ).planes
      }
      let channels = pixels.count / max(part.count * size.area, 1)
      let values = withoutHistory {
        logits(Tensor(pixels, shape: [part.count, channels, size.height, size.width], device: device)).array()
      }
      guard values.allSatisfy(\.isFinite) else { throw NotFinitePixels() }
      let length = size.area * classes
      for (number, place) in part.enumerated() {
        sums[place.picture].add(values[number * length..<(number + 1) * length], at: place.corner)
      }
    }
    return zip(pictures, sums).map { $1.map(width: $0.width, height: $0.height) }
  }

  /// Sides of the picture as the model sees it.
  private func shownSize(_ picture: Picture) -> (width: Int, height: Int) {
    guard inference == .slide else { return (size.width, size.height) }
    let fitted = MapAugmentation.fitted(
      width: picture.width, height: picture.height, covering: size, within: size * Self.longestShape)
    // Windows are whole, so no side is shorter than they are.
    return (max(fitted.width, size.width), max(fitted.height, size.height))
  }
}

extension PixelClassifier {
  package init(_ subject: SegmenterSubject, normalization: PixelNormalization) {
    let model = subject.model
    let configuration = model.backbone.configuration
    let tokens = Double(configuration.tokens)
    self.init(
      size: configuration.imageSize, classNames: subject.classNames, inference: subject.inference,
      stride: subject.stride, flopPerWindow: 2 * tokens * Double(model.parameterCount), device: model.backbone.device
    ) { model.pixelLogits($0, normalization: normalization) }
  }
}

/// A model gives logits that are not finite.
package struct NotFinitePixels: Error {}

/// Where windows begin along a side: at equal distances, the last one pushed back inside.
package func windowStarts(side: Int, window: Int, stride: Int) -> [Int] {
  guard side > window else { return [0] }
  let count = (side - window + stride - 1) / stride + 1
  return (0..<count).map { min($0 * stride, side - window) }
}

/// Logits of a picture from those of its windows.
private struct WindowSums {
  let width: Int
  let height: Int
  let corners: [(x: Int, y: Int)]
  private let window: PlaneSize
  private let classes: Int
  /// [height, width, classes]
  private var sums: [Float]
  private var counts: [Float]

  init(_ shown: (width: Int, height: Int), window: PlaneSize, stride: PlaneSize, classes: Int) {
    (width, height) = shown
    self.window = window
    self.classes = classes
    let xs = windowStarts(side: width, window: window.width, stride: stride.width)
    let ys = windowStarts(side: height, window: window.height, stride: stride.height)
    corners = ys.flatMap { y in xs.map { (x: $0, y: y) } }
    sums = [Float](repeating: 0, count: width * height * classes)
    counts = [Float](repeating: 0, count: width * height)
  }

  mutating func add(_ values: ArraySlice<Float>, at corner: (x: Int, y: Int)) {
    let (width, window, classes) = (width, window, classes)
    let row = window.width * classes
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for y in 0..<window.height {
          let at = ((corner.y + y) * width + corner.x) * classes
          for index in 0..<row { sums[at + index] += values[y * row + index] }
        }
      }
    }
    for y in 0..<window.height {
      for x in 0..<window.width { counts[(corner.y + y) * width + corner.x + x] += 1 }
    }
  }

  /// The likeliest class of each pixel of the picture's own size, by mean logits between which is interpolated
  /// (bilinear, `align_corners` false).
  func map(width outWidth: Int, height outHeight: Int) -> LabelMap {
    var means = sums
    for pixel in counts.indices where counts[pixel] != 1 {
      for index in pixel * classes..<(pixel + 1) * classes { means[index] /= counts[pixel] }
    }
    let (xs, ys) = (Self.samples(width, outWidth), Self.samples(height, outHeight))
    var map = LabelMap(width: outWidth, height: outHeight, values: [])
    map.values.reserveCapacity(outWidth * outHeight)
    var row = [Float](repeating: 0, count: width * classes)
    means.withUnsafeBufferPointer { means in
      row.withUnsafeMutableBufferPointer { row in
        for y in ys {
          let (upper, lower) = (y.first * width * classes, y.second * width * classes)
          for index in 0..<width * classes {
            row[index] = means[upper + index] + y.share * (means[lower + index] - means[upper + index])
          }
          for x in xs {
            let (left, right) = (x.first * classes, x.second * classes)
            var best = (class: 0, value: -Float.infinity)
            for index in 0..<classes {
              let value = row[left + index] + x.share * (row[right + index] - row[left + index])
              if value > best.value { best = (index, value) }
            }
            map.values.append(UInt8(best.class))
          }
        }
      }
    }
    return map
  }

  /// The two places of a side of `source` pixels that each of `target` lies between, and how near the second it is.
  private static func samples(_ source: Int, _ target: Int) -> [(first: Int, second: Int, share: Float)] {
    let scale = Float(source) / Float(target)
    return (0..<target).map { index in
      let place = max((Float(index) + 0.5) * scale - 0.5, 0)
      let first = min(Int(place), source - 1)
      return (first, min(first + 1, source - 1), place - Float(first))
    }
  }
}
