import Foundation
import RunEvents
import Terminal
import Testing
import Workbench

@Suite struct PreferencesFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("mvp-preferences-\(UUID().uuidString)")

  private func file() -> PreferencesFile { PreferencesFile(environment: ["XDG_CONFIG_HOME": folder.path]) }

  @Test func whatIsChosenIsThereNextTime() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var preferences = WorkbenchPreferences()
    #expect(file().load() == nil)
    #expect(file().save(preferences) == nil)
    #expect(!FileManager.default.fileExists(atPath: folder.path), "nothing was chosen, nothing is written")
    preferences.view = .curves
    preferences.smoothing = .strong
    preferences.theme = "colour-blind"
    preferences.refreshHz = 15
    preferences.curves.columns = 4
    preferences.curves.axis = .relative
    preferences.curves.logarithmic = ["loss"]
    preferences.curves.drawing = .bars
    preferences.pins = [RunReference(session: "demo", run: "calm-fox")]
    #expect(file().save(preferences) == nil)
    #expect(file().load() == preferences)
    #expect(file().url?.path.hasSuffix("/mvp/workbench.json") == true)
  }

  /// Two workbenches at once: each writes what was changed in it, and leaves the rest as the other has it.
  @Test func twoWorkbenchesKeepEachOthersChoices() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (one, other) = (file(), file())
    var (mine, theirs) = (WorkbenchPreferences(), WorkbenchPreferences())
    #expect(one.load() == nil && other.load() == nil)
    mine.theme = "light"
    mine.curves.columns = 3
    mine.pins = [RunReference(session: "demo", run: "calm-fox")]
    #expect(one.save(mine) == nil)
    theirs.refreshHz = 15
    theirs.curves.filter = "cos"
    theirs.pins = [RunReference(session: "demo", run: "brisk-otter")]
    #expect(other.save(theirs) == nil)
    var both = try #require(file().load())
    #expect(both.theme == "light" && both.refreshHz == 15)
    #expect(both.curves.columns == 3 && both.curves.filter == "cos")
    #expect(both.pins.map(\.run) == ["calm-fox", "brisk-otter"])
    // What is taken back by one is gone, what it never touched stays.
    mine.theme = nil
    mine.pins = []
    #expect(one.save(mine, waits: true) == nil)
    both = try #require(file().load())
    #expect(both.theme == nil && both.pins.map(\.run) == ["brisk-otter"] && both.refreshHz == 15)
  }

  @Test func keysOfALaterVersionStay() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = try #require(file().url)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(#"{"hologram": {"depth": 3}, "smoothing": 1}"#.utf8).write(to: url)
    let file = file()
    var preferences = try #require(file.load())
    preferences.theme = "light"
    #expect(file.save(preferences) == nil)
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(
      text.contains("hologram") && text.contains("\"depth\" : 3") && text.contains("\"smoothing\" : 1"), "\(text)")
    #expect(self.file().load()?.theme == "light")
  }

  /// Somebody who writes at this moment is not waited for while keys are to be answered, but in the end.
  @Test func aHeldFolderIsTriedAgain() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = file()
    let place = try #require(file.url).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let descriptor = open(place.path, O_RDONLY | O_DIRECTORY)
    #expect(flock(descriptor, LOCK_EX) == 0)
    var preferences = WorkbenchPreferences()
    preferences.theme = "light"
    #expect(file.save(preferences) == nil && self.file().load() == nil)
    close(descriptor)
    #expect(file.save(preferences) == nil && self.file().load()?.theme == "light")
  }

  /// Who keeps such files elsewhere has a link to them.
  @Test func aLinkIsWrittenThrough() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = try #require(file().url)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    #expect(symlink("../elsewhere.json", url.path) == 0)
    var preferences = WorkbenchPreferences()
    for isStrong in [false, true] {
      preferences.smoothing = isStrong ? .strong : .light
      #expect(file().save(preferences) == nil && file().load() == preferences)
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: url.path) == "../elsewhere.json")
  }

  @Test func damagedAndLaterFilesAreTakenAsFarAsTheyGo() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = try #require(file().url)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    for text in ["", "{", "[1,2]", "\u{0}\u{0}"] {
      try Data(text.utf8).write(to: url)
      #expect(file().load() == nil)
    }
    let later = """
      {"view": "hologram", "smoothing": 99, "isLogarithmicLoss": true, "unheard": {"of": 1},
       "curves": {"columns": -4, "rows": 70, "axis": 7, "filter": "cos"}}
      """
    try Data(later.utf8).write(to: url)
    let preferences = try #require(file().load())
    #expect(preferences.view == .dashboard && preferences.smoothing == .strong && preferences.isLogarithmicLoss)
    #expect(preferences.curves.columns == 0 && preferences.curves.rows == 9 && preferences.curves.axis == .step)
    #expect(preferences.curves.filter == "cos")
  }

  /// There was a switch for the heat map before there were bars.
  @Test func aRememberedHeatMapOfAnEarlierVersionStays() throws {
    for (text, drawing) in [
      (#"{"curves": {"isHeatMap": true}}"#, CurvesChoices.Drawing.heatMap),
      (#"{"curves": {"isHeatMap": false}}"#, .curves),
      (#"{"curves": {"isHeatMap": true, "drawing": "bars"}}"#, .bars),
      (#"{"curves": {"drawing": "hologram"}}"#, .curves),
      (#"{"curves": {"isHeatMap": "yes"}}"#, .curves),
    ] {
      #expect(WorkbenchPreferences(Data(text.utf8))?.curves.drawing == drawing, "\(text)")
    }
    #expect(WorkbenchPreferences(Data(#"{"pins": [{"run": 3}], "smoothing": 1}"#.utf8))?.smoothing == .light)
    // The usual weight of earlier versions was remembered without having been chosen.
    #expect(WorkbenchPreferences(Data(#"{"smoothing": 2}"#.utf8))?.smoothing == .automatic)
  }

  @Test func placesThatCannotBeWrittenAreNamedOnce() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // A file where the folder would have to be.
    try Data().write(to: folder.appendingPathComponent("mvp"))
    let file = file()
    var preferences = WorkbenchPreferences()
    preferences.view = .log
    #expect(file.save(preferences)?.contains("workbench.json") == true)
    preferences.view = .evals
    #expect(file.save(preferences) == nil)
    #expect(PreferencesFile(environment: [:]).save(preferences) == nil)
  }

  @Test func homeIsUsedWithoutXDG() {
    #expect(PreferencesFile(environment: ["HOME": "/home/a"]).url?.path == "/home/a/.config/mvp/workbench.json")
    #expect(
      PreferencesFile(environment: ["HOME": "/home/a", "XDG_CONFIG_HOME": "relative"]).url?.path
        == "/home/a/.config/mvp/workbench.json")
  }
}
