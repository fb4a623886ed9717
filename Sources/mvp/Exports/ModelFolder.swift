import Files
import Foundation
import Recipe
import TrainingBackend

/// A model for another library.
struct ModelFolder {
  let target: ModelExport.Target
  /// A run, or a path of weights.
  let model: String
  let tower: String?
  let imageSize: PlaneSize?
  let sessions: URL

  func write(to output: String, json: Bool) throws {
    // What begins with `~` or `.` or has `/` in front is a path, whether or not something is there.
    let expanded = try expandingHome(model)
    var export = ModelExport(
      model: expanded, target: target, output: output, sessions: sessions,
      command: (["mvp"] + CommandLine.arguments.dropFirst()).map(shellWord).joined(separator: " "))
    export.tower = tower
    export.imageSize = imageSize
    let result = try export.run()
    for note in result.notes { writeError("\(model): \(note)") }
    if !result.leftOut.isEmpty {
      writeError("left out, as \(result.library) has no place for it: \(result.leftOut.joined(separator: ", "))")
    }
    if json { return try printJSON(result) }
    print("\(result.model)")
    print("written for \(result.library) to \(result.output)")
  }
}
