import Foundation
import Testing

/// What the documents say of the house is so: paths, rooms, tests.
@Suite struct DocumentTests {
  @Test func pathsOfCONTRIBUTINGExist() throws {
    let paths = try quoted(contributing()).filter { path in
      ["Sources/", "Tests/", "sessions/", "themes/", ".ci/"].contains { path.hasPrefix($0) }
        && !path.contains { "{*".contains($0) }
    }.map { String($0.prefix { $0 != " " }) }
    #expect(paths.count > 50)
    for path in Set(paths).sorted() {
      #expect(FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path), "\(path) is gone")
    }
  }

  @Test func testsOfMANNERSExist() throws {
    let text = try String(contentsOf: root.appendingPathComponent("Tests/Acceptance/MANNERS.md"), encoding: .utf8)
    let held = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst().flatMap { line in
      quoted(String(line.split(separator: "|").last ?? ""))
    }
    let names = held.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.filter {
      $0.hasSuffix("Tests") || $0.hasSuffix(".py")
    }
    #expect(names.count > 50)
    let files = Set(
      try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent("Tests").path).map { path in
        URL(fileURLWithPath: path).lastPathComponent
      })
    for name in Set(names).sorted() {
      #expect(files.contains(name.hasSuffix(".py") ? name : name + ".swift"), "no test \(name)")
    }
  }

  /// The column of imports is Package.swift's. Written where `MVP_RECORD_SNAPSHOTS` is set.
  @Test func roomsOfCONTRIBUTINGImportWhatPackageSays() throws {
    let rooms = try imports()
    #expect(rooms.count > 20)
    var told: Set<String> = []
    let lines = try contributing().components(separatedBy: "\n").map { line -> String in
      var cells = line.components(separatedBy: "|")
      guard cells.count == 6, let room = quoted(cells[1]).first, let imports = rooms[room] else { return line }
      told.insert(room)
      let wanted = imports.isEmpty ? " " : " " + imports.map { "`\($0)`" }.joined(separator: ", ") + " "
      if ProcessInfo.processInfo.environment["MVP_RECORD_SNAPSHOTS"] == nil {
        #expect(cells[2] == wanted, "imports of \(room)")
      }
      cells[2] = wanted
      return cells.joined(separator: "|")
    }
    #expect(told == Set(rooms.keys), "rooms without a row, or rows without a room")
    if ProcessInfo.processInfo.environment["MVP_RECORD_SNAPSHOTS"] != nil {
      try lines.joined(separator: "\n").write(
        to: root.appendingPathComponent("CONTRIBUTING.md"), atomically: true, encoding: .utf8)
    }
  }

  private var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  private func contributing() throws -> String {
    try String(contentsOf: root.appendingPathComponent("CONTRIBUTING.md"), encoding: .utf8)
  }

  private func quoted(_ text: String) -> [String] {
    text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }

  /// What each room in Sources imports, sorted, by the text of Package.swift.
  private func imports() throws -> [String: [String]] {
    let package = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
    var rooms: [String: [String]] = [:]
    // Each target begins a line; its text ends where the next one begins.
    let parts = package.components(separatedBy: "\n    .")
    for part in parts where part.hasPrefix("target(") || part.hasPrefix("executableTarget(") {
      guard !part.contains("path: \"Tests/"), let name = part.firstMatch(of: /name: "(\w+)"/)?.1 else { continue }
      var names: [String] = []
      if let start = part.range(of: "dependencies: [")?.upperBound {
        let plain = part[start...].replacing(/package: "[^"]*"/, with: "").replacing(/traits: \[[^\]]*\]/, with: "")
        let list = plain.prefix { $0 != "]" }
        names = list.matches(of: /"(\w+)"/).map { String($0.1) }
      }
      rooms[String(name)] = names.sorted()
    }
    return rooms
  }
}
