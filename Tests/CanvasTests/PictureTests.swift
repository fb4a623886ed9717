import Canvas
import Testing

@Suite struct PictureTests {
  private static let pixel = Picture(width: 1, height: 1, rgb: [1, 2, 3])

  private func canvas() throws -> Canvas {
    var canvas = Canvas(width: 10, height: 4)
    canvas.fill(canvas.bounds, "x")
    canvas.lay(try #require(Self.pixel), over: Rect(x: 2, y: 1, width: 4, height: 2))
    return canvas
  }

  @Test func sizesAndBytesBelongTogether() {
    #expect(Picture(width: 2, height: 2, rgb: [UInt8](repeating: 0, count: 12)) != nil)
    #expect(Picture(width: 2, height: 2, rgb: [UInt8](repeating: 0, count: 11)) == nil)
    #expect(Picture(width: 0, height: 2, rgb: []) == nil)
    #expect(Picture(width: -1, height: -1, rgb: [1, 2, 3]) == nil)
  }

  @Test func aPictureIsLaidWhereAllOfItIsSeen() throws {
    let picture = try #require(Self.pixel)
    var canvas = Canvas(width: 10, height: 4)
    canvas.within(Rect(x: 3, y: 1, width: 5, height: 2)) { $0.lay(picture, over: $0.bounds) }
    #expect(canvas.pictures == [PlacedPicture(picture, in: Rect(x: 3, y: 1, width: 5, height: 2))])
    canvas = Canvas(width: 10, height: 4)
    canvas.lay(picture, over: Rect(x: 8, y: 0, width: 3, height: 1))
    canvas.lay(picture, over: Rect(x: -1, y: 0, width: 3, height: 1))
    canvas.lay(picture, over: Rect(x: 1, y: 1, width: 0, height: 1))
    canvas.within(Rect(x: 0, y: 0, width: 2, height: 2)) {
      $0.lay(picture, over: Rect(x: 0, y: 0, width: 3, height: 1))
    }
    #expect(canvas.pictures.isEmpty)
  }

  @Test func whatIsWrittenOverAPictureTakesItAway() throws {
    for (x, y) in [(2, 1), (5, 2), (3, 1)] {
      var canvas = try canvas()
      canvas.write("o", x: x, y: y)
      #expect(canvas.pictures.isEmpty, "at \(x), \(y)")
      canvas.blankBelowPictures { _ in true }
      #expect(!canvas.textSnapshot().contains(" "), "the cells show again")
    }
    for (x, y) in [(1, 1), (6, 2), (3, 0), (3, 3)] {
      var canvas = try canvas()
      canvas.write("o", x: x, y: y)
      #expect(canvas.pictures.count == 1, "at \(x), \(y)")
    }
    var canvas = try canvas()
    canvas.lay(try #require(Self.pixel), over: Rect(x: 5, y: 2, width: 2, height: 2))
    #expect(canvas.pictures.map(\.rect.x) == [5], "no two overlap")
  }

  @Test func cellsBelowAreBlankOnlyWhereThePictureIsShown() throws {
    var canvas = try canvas()
    canvas.write("日", x: 7, y: 1)
    canvas.blankBelowPictures { _ in true }
    #expect(canvas.textSnapshot() == "xxxxxxxxxx\nxx    x日x\nxx    xxxx\nxxxxxxxxxx")
    canvas = try self.canvas()
    canvas.blankBelowPictures { _ in false }
    #expect(canvas.pictures.isEmpty && !canvas.textSnapshot().contains(" "))
  }
}
