import CImageCodecs
import Recipe
import Tensors

/// How a picture and its map become the rectangle, mostly a square, that segmentation learns from: resized at random,
/// cropped, mirrored, changed in colour and padded.
///
/// The steps of `mmsegmentation`'s `ade20k.py` (Resize, RandomCrop, RandomFlip, PhotoMetricDistortion, Pad). Pictures
/// are resized as everywhere else here (bicubic, antialiased), maps by the nearest pixel.
package struct MapAugmentation: Sendable, Equatable {
  /// Of the rectangle, in pixels.
  package var size: PlaneSize
  /// Factors on the size that pictures are brought to: just covering the rectangle, no side more than four times as
  /// long as its own, as (2048, 512) is for a square of 512.
  package var scale: ClosedRange<Float>
  /// A crop in which one class has this share of the known pixels or more is drawn again, nine times at most.
  package var largestShare: Float
  /// Probability of mirroring left to right.
  package var flip: Float
  package var distortsColours: Bool
  /// Fills what the picture leaves of the rectangle, by channel, 0...1: the mean, so that it is 0 once normalised.
  package var padding: [Float]

  package init(
    size: PlaneSize, scale: ClosedRange<Float> = 0.5...2, largestShare: Float = 0.75, flip: Float = 0.5,
    distortsColours: Bool = true, padding: [Float] = [0, 0, 0]
  ) {
    self.size = size
    self.scale = scale
    self.largestShare = largestShare
    self.flip = flip
    self.distortsColours = distortsColours
    self.padding = padding
  }

  /// Times the rectangle's side that a side may have.
  package static let longestShape = 4
  private static let tries = 10

  /// The size that a picture is brought to: so that it just covers `covered`, or smaller, as large as fits into `most`.
  package static func fitted(
    width: Int, height: Int, covering covered: PlaneSize, within most: PlaneSize
  ) -> (width: Int, height: Int) {
    let (across, down) = (Double(max(width, 1)), Double(max(height, 1)))
    let factor = min(
      min(Double(most.width) / across, Double(most.height) / down),
      max(Double(covered.width) / across, Double(covered.height) / down))
    return (
      max(Int((Double(width) * factor).rounded()), 1), max(Int((Double(height) * factor).rounded()), 1)
    )
  }

  /// Writes the rectangle's planes [channels, height, width] in 0...1 and its classes [height, width].
  package func apply(
    to picture: Picture, _ map: LabelMap, using generator: inout Philox,
    into pixels: UnsafeMutableBufferPointer<Float>, _ classes: UnsafeMutableBufferPointer<UInt8>
  ) {
    let ratio = generator.uniform(scale.lowerBound, scale.upperBound)
    let resized = Self.fitted(
      width: picture.width, height: picture.height, covering: Self.scaled(size, by: ratio),
      within: Self.scaled(size * Self.longestShape, by: ratio))
    let (columns, rows) = (min(resized.width, size.width), min(resized.height, size.height))
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
  private static func scaled(_ size: PlaneSize, by ratio: Float) -> PlaneSize {
    PlaneSize(height: max(Int(Float(size.height) * ratio), 1), width: max(Int(Float(size.width) * ratio), 1))
  }

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
    let plane = size.area
    let channels = picture.channels
    guard pixels.count == channels * plane, classes.count == plane else { return }
    classes.update(repeating: LabelMap.ignored)
    for channel in 0..<channels {
      let fill = channel < padding.count ? padding[channel] : 0
      for y in 0..<size.height {
        for x in 0..<size.width {
          let isInside = x < picture.width && y < picture.height
          pixels[channel * plane + y * size.width + x] =
            isInside ? Float(picture.samples[(y * picture.width + x) * channels + channel]) / 255 : fill
        }
      }
    }
    for y in 0..<min(map.height, size.height) {
      for x in 0..<min(map.width, size.width) { classes[y * size.width + x] = map.values[y * map.width + x] }
    }
  }
}
