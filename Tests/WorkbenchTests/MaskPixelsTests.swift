import Canvas
import RunEvents
import Testing
import Workbench

/// Pictures over the mask view's cells, for terminals that show pixels.
@Suite struct MaskPixelsTests {
  private func state(canShowPixels: Bool = true) -> WorkbenchState {
    var state = SampleRun.state(
      options: WorkbenchOptions(showsPictureColors: true, canShowPixels: canShowPixels))
    state.receive(.preview(SampleRun.preview))
    state.receive(.inspection(ProbeTests.inspection))
    state.show(.mask)
    return state
  }

  private func canvas(_ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40, _ glyphs: GlyphLevel = .braille)
    -> Canvas
  {
    renderWorkbench(state, width: width, height: height, glyphs: glyphs)
  }

  @Test func picturesStandInTheirPanesAtEverySize() {
    var state = state()
    for (width, height) in [(1, 1), (60, 16), (61, 17), (80, 24), (100, 30), (120, 40), (200, 60), (300, 100)] {
      _ = reduce(into: &state, action: .resize(width: width, height: height))
      let canvas = canvas(state, width, height)
      let inside = Rect(x: 0, y: 1, width: width, height: max(0, height - 3))
      for placed in canvas.pictures {
        #expect(placed.rect.intersection(inside) == placed.rect && !placed.rect.isEmpty, "\(width)x\(height)")
        #expect(placed.picture.width <= 512 && placed.picture.height <= 512)
      }
      #expect(canvas.pictures.isEmpty == (width < 60), "\(width)x\(height)")
      // They cover no frame and no title.
      var shown = canvas
      shown.blankBelowPictures { _ in true }
      let frames = { (text: String) in text.filter { "┌┐└┘".contains($0) }.count }
      #expect(frames(shown.textSnapshot()) == frames(canvas.textSnapshot()))
    }
  }

  @Test func pictureAndMapsOfFeaturesArePixelsAndNumbersAreText() throws {
    let canvas = canvas(state())
    // The picture, two teachers, prediction and student.
    #expect(canvas.pictures.count == 5)
    var alone = state()
    alone.press(.enter)
    let placed = try #require(self.canvas(alone).pictures.first)
    #expect(self.canvas(alone).pictures.count == 1)
    #expect(placed.picture.width == 256 && placed.picture.height == 256, "64 pixels, four times")
    #expect(Set(canvas.pictures.map(\.picture)).contains(placed.picture), "enlarging sends nothing anew")
  }

  /// The pixels are the preview's; masked patches are darker and crossed out, which the picture alone is not.
  @Test func theMaskIsDrawnOverThePixels() throws {
    func pixels(_ state: WorkbenchState) throws -> (Int, Int) -> [UInt8] {
      let picture = try #require(canvas(state).pictures.first?.picture)
      return { x, y in Array(picture.rgb[(3 * (y * picture.width + x))...].prefix(3)) }
    }
    var state = state()
    let source = Array(SampleRun.preview.rgb)
    func original(_ x: Int, _ y: Int) -> [UInt8] { Array(source[(3 * (y / 4 * 64 + x / 4))...].prefix(3)) }
    let masked = try pixels(state)
    // Patches are 32 pixels wide: the first is masked, the last is not.
    #expect(masked(250, 250) == original(250, 250))
    #expect(masked(16, 4) == original(16, 4).map { UInt8(Double($0) * 0.3) })
    #expect(masked(15, 15) == [150, 150, 150] && masked(2, 29) == [150, 150, 150])
    while state.mask.view != .picture { state.press(.character("m")) }
    let plain = try pixels(state)
    #expect(plain(15, 15) == original(15, 15) && plain(16, 4) == original(16, 4))
    while state.mask.view != .mask { state.press(.character("m")) }
    #expect(canvas(state).pictures.count == 4, "the mask alone is drawn in characters")
  }

  @Test func dialogsTakeAwayWhatTheyCover() {
    var state = state()
    let all = canvas(state).pictures
    state.press(.character("q"))
    #expect(state.screen.dialog != nil)
    let left = canvas(state).pictures
    #expect(left.count < all.count && left.allSatisfy(all.contains))
    state.press(.escape)
    #expect(canvas(state).pictures == all)
    for view in WorkbenchView.allCases where view != .mask {
      state.show(view)
      #expect(canvas(state).pictures.isEmpty, "\(view)")
    }
  }

  @Test func aKeyChangesToCharactersAndTheChoiceIsRemembered() {
    var state = state()
    #expect(canvas(state, 160).textSnapshot().contains("i pixels"))
    state.press(.character("i"))
    #expect(canvas(state).pictures.isEmpty && state.screen.notice?.text == "pictures in characters")
    #expect(!state.preferences.showsPixels)
    var next = self.state()
    next.preferences = state.preferences
    next.show(.mask)
    #expect(canvas(next).pictures.isEmpty)
    next.press(.character("i"))
    #expect(!canvas(next).pictures.isEmpty)
  }

  @Test func otherTerminalsAndASCIIHaveCells() {
    var other = state(canShowPixels: false)
    let canvas = canvas(other, 160)
    #expect(canvas.pictures.isEmpty && !canvas.textSnapshot().contains("i pixels"))
    other.press(.character("i"))
    #expect(other.screen.notice?.text.contains("no pixels") == true && other.preferences.showsPixels)
    #expect(self.canvas(state(), 120, 40, .ascii).pictures.isEmpty)
  }
}
