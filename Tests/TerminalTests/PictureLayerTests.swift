import Canvas
import Terminal
import Testing

@Suite struct PictureLayerTests {
  private let red = PictureLayerTests.picture(255)
  private let blue = PictureLayerTests.picture(1)
  private let left = Rect(x: 1, y: 1, width: 8, height: 4)
  private let right = Rect(x: 11, y: 1, width: 8, height: 4)

  private static func picture(_ value: UInt8) -> Picture? { Picture(width: 1, height: 1, rgb: [value, 0, 0]) }

  private func frame(_ pictures: (Picture?, Rect)...) throws -> [PlacedPicture] {
    try pictures.map { PlacedPicture(try #require($0.0), in: $0.1) }
  }

  /// What each command does, and to which picture: `t1`, `p1`, `i1` (hidden), `I1` (deleted); numbers count from the
  /// first.
  private func verbs(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.matches(of: /_Ga=(.)(?:,d=(.))?,q=2,i=(\d+)/).map { match in
      let number = (Int(match.3) ?? 0) - 0x6D76_7000
      return "\(match.2 ?? match.1)\(number)"
    }
  }

  @Test func aPictureIsSentOnceAndAnUnchangedFrameIsNoByte() throws {
    var layer = PictureLayer()
    #expect(layer.update(to: []).isEmpty)
    #expect(verbs(layer.update(to: try frame((red, left), (blue, right)))) == ["t1", "p1", "t2", "p2"])
    #expect(layer.update(to: try frame((red, left), (blue, right))).isEmpty)
    #expect(layer.update(to: try frame((blue, right), (red, left))).isEmpty, "in any order")
  }

  @Test func whatMovesIsNotSentAgain() throws {
    var layer = PictureLayer()
    _ = layer.update(to: try frame((red, left)))
    #expect(verbs(layer.update(to: try frame((red, right)))) == ["i1", "p1"])
    let larger = Rect(x: 11, y: 1, width: 16, height: 8)
    #expect(verbs(layer.update(to: try frame((red, larger)))) == ["i1", "p1"])
    #expect(layer.update(to: try frame((red, larger))).isEmpty)
  }

  @Test func whatIsGoneOrCoveredIsDeleted() throws {
    var layer = PictureLayer()
    _ = layer.update(to: try frame((red, left), (blue, right)))
    #expect(verbs(layer.update(to: try frame((blue, right)))) == ["I1"])
    #expect(verbs(layer.update(to: [])) == ["I2"])
    #expect(layer.update(to: []).isEmpty)
    #expect(verbs(layer.update(to: try frame((red, left)))) == ["t3", "p3"], "its pixels were freed")
  }

  @Test func aNewPictureComesBeforeTheOldOneGoes() throws {
    var layer = PictureLayer()
    _ = layer.update(to: try frame((red, left)))
    #expect(verbs(layer.update(to: try frame((blue, left)))) == ["t2", "p2", "I1"])
  }

  @Test func theSamePictureTwiceIsTwoPictures() throws {
    var layer = PictureLayer()
    #expect(verbs(layer.update(to: try frame((red, left), (red, right)))) == ["t1", "p1", "t2", "p2"])
    #expect(layer.update(to: try frame((red, left), (red, right))).isEmpty)
    #expect(verbs(layer.update(to: try frame((red, right)))) == ["I1"])
  }

  @Test func afterARepaintEverythingIsSentAnew() throws {
    var layer = PictureLayer()
    _ = layer.update(to: try frame((red, left)))
    layer.invalidate()
    #expect(verbs(layer.update(to: try frame((red, left)))) == ["I1", "t2", "p2"])
    #expect(layer.update(to: try frame((red, left))).isEmpty)
    layer.invalidate()
    #expect(verbs(layer.update(to: [])) == ["I2"])
    layer.invalidate()
    #expect(layer.update(to: []).isEmpty)
  }
}
