import Foundation
import Recipe
import Testing
import TrainingBackend

@Suite struct MethodListTests {
  @Test func everyMethodIsListedWithItsParts() throws {
    let list = MethodList()
    #expect(list.methods.map(\.name) == MethodKind.allCases.map(\.rawValue))
    for method in list.methods {
      #expect(method.cells.count == MethodList.titles.count && method.cells.allSatisfy { !$0.isEmpty })
    }
    let mae = try #require(list.methods.first { $0.name == "mae" })
    #expect(
      mae.cells[1...6] == ["sparse", "random 75%", "pixels", "decoder", "mse", "masked"])
    #expect(list.rows.count == MethodKind.allCases.count + 1 && list.rows[0].first == "METHOD")
    #expect(list.rows.allSatisfy { $0.count == MethodList.titles.count })
  }

  /// The README's table is this one. `MVP_RECORD_SNAPSHOTS=1 swift test --filter MethodListTests` writes it anew.
  @Test func readmeShowsThisTable() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("README.md")
    let readme = try String(contentsOf: file, encoding: .utf8)
    let begin = try #require(readme.range(of: "<!-- methods -->\n"))
    let end = try #require(readme.range(of: "<!-- end of methods -->"))
    if ProcessInfo.processInfo.environment["MVP_RECORD_SNAPSHOTS"] == "1" {
      try readme.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: MethodList().markdown)
        .write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(
        readme[begin.upperBound..<end.lowerBound] == MethodList().markdown,
        "README.md lists other methods: MVP_RECORD_SNAPSHOTS=1 swift test -c release --filter MethodListTests")
    }
  }
}
