import Canvas
import Foundation
import Testing
import Workbench

/// Screens kept as text beside the tests. `MVP_RECORD_SNAPSHOTS=1 swift test --filter WorkbenchTests` writes them anew;
/// look at the difference before committing it.
enum Snapshots {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")
  private static let isRecording = ProcessInfo.processInfo.environment["MVP_RECORD_SNAPSHOTS"] == "1"

  static func check(
    _ name: String, _ state: WorkbenchState, width: Int, height: Int, glyphs: GlyphLevel = .braille,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let canvas = renderWorkbench(state, width: width, height: height, glyphs: glyphs)
    let text = canvas.textSnapshot() + "\n"
    let file = folder.appendingPathComponent("\(name)-\(width)x\(height)-\(glyphs.rawValue).txt")
    if isRecording {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      } catch {
        Issue.record("\(file.lastPathComponent) cannot be written: \(error)", sourceLocation: sourceLocation)
      }
      return
    }
    guard let data = try? Data(contentsOf: file) else {
      Issue.record("\(file.lastPathComponent) is missing: record it", sourceLocation: sourceLocation)
      return
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard text != expected else { return }
    let lines = zip(text.split(separator: "\n"), expected.split(separator: "\n")).filter { $0 != $1 }
    let first = lines.first.map { "\n is: \($0)\nwas: \($1)" } ?? " another number of lines"
    Issue.record("\(file.lastPathComponent) differs:\(first)", sourceLocation: sourceLocation)
  }
}
