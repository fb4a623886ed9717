import Datasets
import Recipe
import Tensors

/// A few pictures of the training data that previews show, always cropped the same way.
package struct PreviewSet: Sendable {
  package let source: any PictureSource
  /// Indices in the source.
  package let indices: [Int]
  /// Of a crop, in pixels.
  package let size: PlaneSize
  /// Three channels that a picture is shown by, from 0 on; nil: ``ChannelView/usual(of:)``.
  package let shownChannels: [Int]?

  /// - Parameter count: pictures, spread evenly over the source.
  package init(source: any PictureSource, count: Int, size: PlaneSize, shownChannels: [Int]? = nil) {
    let count = max(0, min(count, source.count))
    self.init(
      source: source, indices: (0..<count).map { $0 * source.count / max(count, 1) }, size: size,
      shownChannels: shownChannels)
  }

  package init(source: any PictureSource, indices: [Int], size: PlaneSize, shownChannels: [Int]? = nil) {
    self.source = source
    self.indices = indices
    self.size = size
    self.shownChannels = shownChannels
  }

  package var count: Int { indices.count }

  /// File name or the like of the picture at a place of the set; nil beyond it.
  package func name(at place: Int) -> String? {
    indices.indices.contains(place) ? source.itemName(at: indices[place]) : nil
  }

  /// The picture at a place of the set, resized to cover a crop and centre cropped.
  func crop(at place: Int) throws -> Picture {
    try source.picture(at: indices[place]).resizedAndCenterCropped(to: size)
  }

  /// Red, green and blue that a crop is shown by.
  func shown(_ crop: Picture) -> [UInt8] { shownChannels.map { crop.rgb(of: $0) } ?? crop.rgb }

  /// What the picture at a place is called where it is shown, with how its channels are.
  func title(at place: Int) -> String {
    let name = source.itemName(at: indices[place])
    return ChannelView.words(of: source.channels, shown: shownChannels).map { "\(name), \($0)" } ?? name
  }

  /// The same, a value in 0...1 for each channel of each pixel.
  func pixels(at place: Int) throws -> [Float] { try crop(at: place).planes }
}
