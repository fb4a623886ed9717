/// What a presenter needs of a screen; curses is one.
package protocol ScreenDevice: AnyObject {
  var columns: Int { get }
  var rows: Int { get }
  /// Colours of the terminal type, 0 for none, and how many pairs of them can be defined.
  var colors: Int { get }
  var pairs: Int { get }
  /// Columns that the screen gives a character; 0 or -1 if it cannot stand alone.
  func width(of scalar: Unicode.Scalar) -> Int
  func definePair(_ number: Int, foreground: Int, background: Int)
  func put(_ scalars: [UInt32], row: Int, column: Int, attributes: Int32, pair: Int)
  func erase()
  /// Makes the next refresh repaint everything.
  func redraw()
  /// Shows what was put; true if that moved lines or erased the screen, and with it the pictures over the cells.
  func refresh() -> Bool
  /// Sends the bytes about pictures over the cells, after what was shown.
  func sendPictures(_ bytes: [UInt8])
}
