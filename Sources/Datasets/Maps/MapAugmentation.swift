import CImageCodecs
import Tensors

/// How a picture and its map become the square that segmentation learns from: resized at random, cropped, mirrored,
/// changed in colour and padded.
///
/// The steps of `mmsegmentation`'s `ade20k.py` (Resize, RandomCrop, RandomFlip, PhotoMetricDistortion, Pad). Pictures
/// are resized as everywhere else here (bicubic, antialiased), maps by the nearest pixel.
package struct MapAugmentation: Sendable, Equatable {
  /// Side of the square in pixels.
  package var size: Int
  /// Factors on the size that pictures are brought to: the shorter side of the square's, the longer one at most four
  /// times that, as (2048, 512) is.
  package var scale: ClosedRange<Float>
  /// A crop in which one class has this share of the known pixels or more is drawn again, nine times at most.
  package var largestShare: Float
  /// Probability of mirroring left to right.
  package var flip: Float
  package var distortsColours: Bool
  /// Fills what the picture leaves of the square, by channel, 0...1: the mean, so that it is 0 once normalised.
  package var padding: [Float]

  package init(
    size: Int, scale: ClosedRange<Float> = 0.5...2, largestShare: Float = 0.75, flip: Float = 0.5,
    distortsColours: Bool = true, padding: [Float] = [0, 0, 0]
  ) {
    self.size = size
    self.scale = scale
    self.largestShare = largestShare
    self.flip = flip
    self.distortsColours = distortsColours
    self.padding = padding
  }

  /// Times the shorter side that the longer one may have.
  package static let longestShape = 4
  private static let tries = 10

  /// The size that a picture is brought to: as large as fits into `longer` x `shorter`, whichever way it lies.
  package static func fitted(width: Int, height: Int, longer: Int, shorter: Int) -> (width: Int, height: Int) {
    let factor = min(
      Double(longer) / Double(max(width, height, 1)), Double(shorter) / Double(max(min(width, height), 1)))
    return (
      max(Int((Double(width) * factor).rounded()), 1), max(Int((Double(height) * factor).rounded()), 1)
    )
  }

  /// Writes the square's planes [3, size, size] in 0...1 and its classes [size, size].
  package func apply(
    to picture: Picture, _ map: LabelMap, using generator: inout Philox,
    into pixels: UnsafeMutableBufferPointer<Float>, _ classes: UnsafeMutableBufferPointer<UInt8>
  ) {
    let ratio = generator.uniform(scale.lowerBound, scale.upperBound)
    let resized = Self.fitted(
      width: picture.width, height: picture.height, longer: max(Int(Float(Self.longestShape * size) * ratio), 1),
      shorter: max(Int(Float(size) * ratio), 1))
    let (columns, rows) = (min(resized.width, size), min(resized.height, size))
    // In pixels of the whole picture.
    let (across, down) = (
      Double(picture.width) / Double(resized.width), Double(picture.height) / Double(resized.height)
    )
    var part = (columns: 0.0..<0.0, rows: 0.0..<0.0)
    var cropped = map
    for _ in 0..<(largestShare < 1 ? Self.tries : 1) {
      let top = Double(generator.below(resized.height - rows + 1))
      let left = Double(generator.below(resized.width - columns + 1))
      part = (left * across..<(left + Double(columns)) * across, top * down..<(top + Double(rows)) * down)
      cropped = map.nearest(across: part.columns, down: part.rows, width: columns, height: rows)
      if isMixed(cropped) { break }
    }
    var square = picture.resized(
      across: Self.within(part.columns, picture.width), down: Self.within(part.rows, picture.height), width: columns,
      height: rows)
    if flip > 0, generator.uniform() < flip {
      square = square.mirrored
      cropped = cropped.mirrored
    }
    if distortsColours { PhotometricDistortion.apply(to: &square, using: &generator) }
    write(square, cropped, into: pixels, classes)
  }

  /// Whether a crop is worth learning from.
  private func isMixed(_ map: LabelMap) -> Bool {
    let counts = map.histogram.prefix(Int(LabelMap.ignored))
    let known = counts.reduce(0, +)
    return counts.count { $0 > 0 } > 1 && Float(counts.max() ?? 0) < largestShare * Float(known)
  }

  private static func within(_ span: Range<Double>, _ length: Int) -> Range<Double> {
    max(span.lowerBound, 0)..<min(span.upperBound, Double(length))
  }

  private func write(
    _ picture: Picture, _ map: LabelMap, into pixels: UnsafeMutableBufferPointer<Float>,
    _ classes: UnsafeMutableBufferPointer<UInt8>
  ) {
    let plane = size * size
    guard pixels.count == 3 * plane, classes.count == plane else { return }
    classes.update(repeating: LabelMap.ignored)
    for channel in 0..<3 {
      let fill = padding[channel]
      for y in 0..<size {
        for x in 0..<size {
          let isInside = x < picture.width && y < picture.height
          pixels[channel * plane + y * size + x] =
            isInside ? Float(picture.rgb[(y * picture.width + x) * 3 + channel]) / 255 : fill
        }
      }
    }
    for y in 0..<min(map.height, size) {
      for x in 0..<min(map.width, size) { classes[y * size + x] = map.values[y * map.width + x] }
    }
  }
}
