import Canvas
import Files
import Foundation
import Recipe
import TrainingBackend

/// Draws crops on standard output, two pixels a character, where that is a terminal with colours.
struct CropPainter {
  enum Colours { case all, palette256 }

  let colours: Colours
  /// Of the crops that are drawn: the longer side, and an even number of rows.
  private let size: PlaneSize
  private static let longest = 18
  private static let pictures = 4

  private init(_ colours: Colours, shape: PlaneSize) {
    func side(_ side: Int) -> Int { max(2, (Self.longest * side + shape.longer / 2) / max(shape.longer, 1)) }
    self.colours = colours
    size = PlaneSize(height: side(shape.height) / 2 * 2, width: side(shape.width))
  }

  /// nil where standard output is no terminal that can show them.
  /// - Parameter shape: what the crops are to be as high and wide as, in proportion.
  static func forOutput(shape: PlaneSize) -> CropPainter? {
    let environment = ProcessInfo.processInfo.environment
    guard isatty(STDOUT_FILENO) == 1, environment["NO_COLOR"]?.isEmpty ?? true else { return nil }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    guard locale.lowercased().replacingOccurrences(of: "-", with: "").hasSuffix("utf8") else { return nil }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") { return CropPainter(.all, shape: shape) }
    return environment["TERM"]?.contains("256") == true ? CropPainter(.palette256, shape: shape) : nil
  }

  /// In each row the same view of every picture: the middle of it, then two crops at random.
  func paint(_ report: DataReport) {
    let crops = report.crops(of: Self.pictures, each: 2, size: size)
    guard let views = crops.first?.count else { return }
    print("\ncrops      the middle of \(crops.count) pictures, and below it crops as a session would make them")
    for view in 0..<views {
      var canvas = Canvas(width: crops.count * (size.width + 1) - 1, height: size.height / 2)
      for (number, picture) in crops.enumerated() {
        draw(picture[view].rgb, at: number * (size.width + 1), on: &canvas)
      }
      StandardOutput.shared.write(text(of: canvas) + (view == views - 1 ? "" : "\n"))
    }
  }

  /// - Parameter rgb: of `size` pixels.
  private func draw(_ rgb: [UInt8], at left: Int, on canvas: inout Canvas) {
    func ink(_ x: Int, _ y: Int) -> Ink {
      let place = 3 * (y * size.width + x)
      return .rgb(rgb[place], rgb[place + 1], rgb[place + 2])
    }
    for y in 0..<size.height / 2 {
      for x in 0..<size.width {
        canvas.write("▀", x: left + x, y: y, style: Style(foreground: ink(x, 2 * y), background: ink(x, 2 * y + 1)))
      }
    }
  }

  private func text(of canvas: Canvas) -> String {
    (0..<canvas.height).map { y in
      canvas.row(y).map { cell in
        guard case .rgb = cell.style.foreground else { return "\u{1B}[0m\(cell.text)" }
        return
          "\u{1B}[\(code(cell.style.foreground, 38));\(cell.style.background.map { code($0, 48) } ?? "49")m\(cell.text)"
      }.joined() + "\u{1B}[0m\n"
    }.joined()
  }

  /// - Parameter place: 38 for the character, 48 for what is behind it.
  private func code(_ ink: Ink, _ place: Int) -> String {
    guard case .rgb(let red, let green, let blue) = ink else { return place == 38 ? "39" : "49" }
    switch colours {
    case .all: return "\(place);2;\(red);\(green);\(blue)"
    case .palette256:
      // A cube of six levels a channel begins at 16.
      let levels = [red, green, blue].map { (Int($0) * 5 + 127) / 255 }
      return "\(place);5;\(16 + 36 * levels[0] + 6 * levels[1] + levels[2])"
    }
  }
}
