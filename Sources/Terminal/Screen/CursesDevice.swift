import CNcurses

/// The curses screen of this process.
final class CursesDevice: ScreenDevice {
  private(set) var hasSentPictures = false

  var columns: Int { Int(cn_columns()) }
  var rows: Int { Int(cn_lines()) }
  var colors: Int { Int(cn_colors()) }
  var pairs: Int { Int(cn_pairs()) }

  func width(of scalar: Unicode.Scalar) -> Int { Int(cn_width(scalar.value)) }

  func definePair(_ number: Int, foreground: Int, background: Int) {
    // Without default colours, the terminal's own are taken to be white on black.
    let own = cn_has_default_colors() != 0
    _ = cn_define_pair(
      Int32(number), Int32(foreground < 0 && !own ? 7 : foreground), Int32(background < 0 && !own ? 0 : background))
  }

  func put(_ scalars: [UInt32], row: Int, column: Int, attributes: Int32, pair: Int) {
    cn_put(Int32(row), Int32(column), scalars, Int32(scalars.count), attributes, Int32(pair))
  }

  func erase() { cn_erase() }
  func redraw() { cn_redraw() }
  func refresh() -> Bool { cn_refresh() != 0 }

  func sendPictures(_ bytes: [UInt8]) {
    // However the process ends from now on, they go with the screen.
    if !hasSentPictures { cn_restore_first(KittyGraphics.deleteAllAtLast) }
    hasSentPictures = true
    cn_send(bytes, bytes.count)
  }
}
