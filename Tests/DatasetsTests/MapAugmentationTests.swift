import Datasets
import Foundation
import Recipe
import Tensors
import Testing

@Suite("Squares that segmentation learns from")
struct MapAugmentationTests {
  /// A picture whose red channel is its map, in stripes of 8 pixels.
  private func striped(width: Int, height: Int) -> (Picture, LabelMap) {
    let values = (0..<width * height).map { UInt8(($0 % width) / 8 + 1) }
    return (
      Picture(width: width, height: height, rgb: values.flatMap { [$0 * 10, 0, 128] }),
      LabelMap(width: width, height: height, values: values)
    )
  }

  private func apply(
    _ augmentation: MapAugmentation, _ pair: (Picture, LabelMap), stream: UInt64
  ) -> (pixels: [Float], map: [UInt8]) {
    let plane = augmentation.size.area
    var pixels = [Float](repeating: 0, count: 3 * plane)
    var map = [UInt8](repeating: 0, count: plane)
    var generator = Philox(seed: 5, purpose: .crop, stream: stream)
    pixels.withUnsafeMutableBufferPointer { pixels in
      map.withUnsafeMutableBufferPointer { map in
        augmentation.apply(to: pair.0, pair.1, using: &generator, into: pixels, map)
      }
    }
    return (pixels, map)
  }

  /// Crop, mirror and size are the picture's and the map's alike: away from edges the red channel is the class.
  @Test func mapsFollowTheirPictures() {
    let augmentation = MapAugmentation(size: 24, largestShare: 1, distortsColours: false)
    var (agreed, known, ignored) = (0, 0, 0)
    for stream in 0..<40 as Range<UInt64> {
      let (pixels, map) = apply(augmentation, striped(width: 48, height: 32), stream: stream)
      for index in map.indices {
        guard map[index] != LabelMap.ignored else {
          #expect(pixels[index] == 0)
          ignored += 1
          continue
        }
        known += 1
        if abs(pixels[index] * 255 / 10 - Float(map[index])) < 0.5 { agreed += 1 }
      }
    }
    #expect(Double(agreed) > 0.95 * Double(known) && ignored > 100, "\(agreed) of \(known), \(ignored) ignored")
  }

  @Test func rectanglesFollowTheirPictures() {
    let size = PlaneSize(height: 16, width: 40)
    let augmentation = MapAugmentation(size: size, largestShare: 1, distortsColours: false)
    var (agreed, known) = (0, 0)
    for stream in 0..<40 as Range<UInt64> {
      let (pixels, map) = apply(augmentation, striped(width: 60, height: 40), stream: stream)
      #expect(map.count == 640 && pixels.count == 1920)
      for index in map.indices where map[index] != LabelMap.ignored {
        known += 1
        if abs(pixels[index] * 255 / 10 - Float(map[index])) < 0.5 { agreed += 1 }
      }
    }
    #expect(Double(agreed) > 0.9 * Double(known) && known > 40 * 300, "\(agreed) of \(known)")
    let covering = MapAugmentation.fitted(width: 100, height: 50, covering: size, within: size * 4)
    #expect(covering.width == 40 && covering.height == 20)
    let strip = MapAugmentation.fitted(width: 1000, height: 10, covering: size, within: size * 4)
    #expect(strip.width == 160 && strip.height == 2)
  }

  @Test func paddingIsTheGivenColourAndIgnored() {
    let augmentation = MapAugmentation(size: 32, scale: 0.5...0.5, padding: [0.1, 0.2, 0.3])
    let (pixels, map) = apply(augmentation, striped(width: 32, height: 32), stream: 1)
    #expect(map.count { $0 == LabelMap.ignored } == 32 * 32 - 16 * 16)
    #expect(pixels[31] == 0.1 && pixels[1024 + 31] == 0.2 && pixels[2048 + 31] == 0.3)
  }

  /// One corner of a large picture holds another class: crops of one class alone are drawn again.
  @Test func cropsOfOneClassAreDrawnAgain() {
    let values = (0..<64 * 64).map { UInt8($0 % 64 < 20 && $0 / 64 < 20 ? 1 : 0) }
    let pair = (
      Picture(width: 64, height: 64, red: 1, green: 1, blue: 1), LabelMap(width: 64, height: 64, values: values)
    )
    func mixed(_ share: Float) -> Int {
      (0..<200 as Range<UInt64>).count { stream in
        let map = apply(MapAugmentation(size: 32, scale: 2...2, largestShare: share), pair, stream: stream).map
        let ones = map.count { $0 == 1 }
        return ones > 256 && ones < 768
      }
    }
    let (once, again) = (mixed(1), mixed(0.75))
    #expect(once < 60 && again > 2 * once, "\(once) \(again)")
  }

  @Test func coloursChangeAndClassesDoNot() {
    let plain = MapAugmentation(size: 32, scale: 1...1, flip: 0, distortsColours: false)
    var coloured = plain
    coloured.distortsColours = true
    var changed = 0
    for stream in 0..<30 as Range<UInt64> {
      let (a, b) = (
        apply(plain, striped(width: 32, height: 32), stream: stream),
        apply(coloured, striped(width: 32, height: 32), stream: stream)
      )
      #expect(a.map == b.map && b.pixels.allSatisfy { (0...1).contains($0) })
      if a.pixels != b.pixels { changed += 1 }
    }
    #expect(changed > 20)
  }

  /// The stream belongs to the place: the same batch for any number of threads, and after beginning anew.
  @Test func batchesAreFunctionsOfSeedAndPlace() throws {
    let source = ScenesSource(seed: 1, range: 0..<20, size: 32)
    func batch(threads: Int) throws -> Batch {
      try BatchLoader(
        mapped: source, batchSize: 8, seed: 4, augmentation: MapAugmentation(size: 32), threads: threads
      ).batch(step: 7)[0]
    }
    let (a, b) = (try batch(threads: 1), try batch(threads: 3))
    #expect(a == b && a.maps.count == 8 * 32 * 32 && Set(a.maps).count > 3)
  }

  @Test func mapsAreResizedByTheNearestPixel() {
    let map = LabelMap(width: 4, height: 2, values: [0, 1, 2, 3, 4, 5, 6, 255])
    #expect(map.nearest(width: 2, height: 1).values == [5, 255])
    #expect(map.nearest(width: 8, height: 2).values == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 255, 255])
    #expect(map.mirrored.values == [3, 2, 1, 0, 255, 6, 5, 4])
    #expect(map.commonest(rows: 1, columns: 4) == [0, 1, 2, 3])
  }
}
