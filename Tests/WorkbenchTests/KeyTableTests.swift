import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

@Suite struct KeyTableTests {
  /// In any state, a key means one thing: no key stands twice among bindings that hold together.
  @Test func noKeyHasTwoMeanings() {
    let dialogs: [KeyBinding.Scope] = [.quitDialog, .evalDialog, .palette, .themes, .search, .curveFilter]
    let together =
      WorkbenchView.allCases.map { view in
        var state = SampleRun.state(steps: 3)
        state.show(view)
        return KeyTable.bindings.filter(state.screen.offers)
      } + dialogs.map { scope in KeyTable.bindings.filter { $0.scope == scope } }
    for bindings in together {
      var seen: [Key: String] = [:]
      for binding in bindings {
        for key in binding.keys {
          #expect(seen[key] == nil, "\(key.label) means \(binding.name) and \(seen[key] ?? "")")
          seen[key] = binding.name
        }
      }
    }
  }

  @Test func everyBindingHasAKeyANameAndHelp() {
    for binding in KeyTable.bindings {
      #expect(!binding.keys.isEmpty && !binding.name.isEmpty && !binding.help.isEmpty)
      #expect(binding.name.count <= 20, "\(binding.name) is too long for the footer")
    }
  }

  @Test func everyViewAndDialogCanBeLeftByEscape() {
    for view in WorkbenchView.allCases {
      var state = SampleRun.state(steps: 3)
      state.show(view)
      state.press(.control("c"))
      #expect(state.screen.dialog != nil)
      state.press(.escape)
      #expect(state.screen.dialog == nil)
      state.press(.escape, .escape)
      #expect(state.screen.view == .dashboard)
    }
  }

  @Test func disabledCommandsGiveAReasonAndDoNothing() {
    let state = WorkbenchState()
    for binding in KeyTable.bindings where binding.scope == .global {
      guard case .disabled(let reason) = state.availability(of: binding.command) else { continue }
      #expect(!reason.isEmpty)
      var pressed = state
      #expect(pressed.press(binding.keys[0]).isEmpty)
      #expect(pressed.screen.notice?.text == reason)
    }
    #expect(state.availability(of: .pauseOrResume) != .enabled)
  }

  @Test func helpShowsEveryKeyOfTheTable() {
    var state = SampleRun.state(steps: 3)
    state.press(.character("?"))
    let screen = renderWorkbench(state, width: 200, height: 140, glyphs: .braille).textSnapshot()
    for binding in KeyTable.bindings { #expect(screen.contains(binding.help), "\(binding.name) is missing") }
  }

  /// Whoever reads about keys presses some of them to see what they do.
  @Test func lettersDoNothingToTheRunWhileTheHelpIsOpen() {
    let letters = "abcdefgilmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#+-=[],.".filter { $0 != "?" }
    for view in WorkbenchView.allCases where view != .help {
      var state = SampleRun.state(steps: 3)
      state.show(view)
      let before = state.preferences
      state.press(.character("?"))
      for letter in letters { #expect(state.press(.character(letter)).isEmpty, "\(letter)") }
      #expect(state.screen.view == .help && state.screen.dialog == nil && state.screen.notice == nil)
      #expect(state.preferences == before)
      state.press(.character("q"))
      #expect(state.screen.view == view && state.screen.dialog == nil)
    }
  }

  @Test func helpBeginsWithTheKeysOfTheViewBehindIt() {
    for (view, words) in [
      (WorkbenchView.runs, "runs, the view behind this"), (.curves, "curves, the view behind this"),
      (.log, "log, the view behind this"), (.config, "config, the view behind this"),
    ] {
      var state = SampleRun.state(steps: 3)
      state.show(view)
      state.press(.character("?"))
      let canvas = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii)
      #expect(canvas.row(2).map(\.text).joined().contains(words), "\(view)")
    }
  }

  @Test func helpIsSearched() {
    var state = SampleRun.state(steps: 3)
    state.press(.character("?"), .character("/"))
    for letter in "checkpoint" { state.press(.character(letter)) }
    func screen() -> String { renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot() }
    #expect(screen().contains("write a checkpoint") && screen().contains("/checkpoint_"))
    #expect(!screen().contains("next colour theme"))
    state.press(.enter)
    #expect(state.screen.view == .help && screen().contains("esc: every line"))
    state.press(.character("/"))
    for letter in "zzz" { state.press(.character(letter)) }
    #expect(screen().contains("no key has to do with this"))
    state.press(.escape)
    #expect(state.screen.view == .help && state.screen.dialog == nil && !screen().contains("no key"))
    state.press(.escape)
    #expect(state.screen.view == .dashboard)
  }

  @Test func markdownListsEveryGlobalKey() {
    let table = KeyTable.markdown()
    for binding in KeyTable.bindings where binding.scope == .global {
      #expect(table.contains("| \(binding.help) |"))
      for key in binding.keys { #expect(table.contains("`\(key.label)`")) }
    }
    #expect(table.split(separator: "\n").allSatisfy { $0.hasPrefix("|") && $0.hasSuffix("|") })
  }

  /// The README's table of keys is this table. `MVP_RECORD_SNAPSHOTS=1 swift test --filter WorkbenchTests` writes it
  /// anew.
  @Test func readmeShowsThisTable() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("README.md")
    let readme = try String(contentsOf: file, encoding: .utf8)
    let begin = try #require(readme.range(of: "<!-- keys -->\n"))
    let end = try #require(readme.range(of: "<!-- end of keys -->"))
    if ProcessInfo.processInfo.environment["MVP_RECORD_SNAPSHOTS"] == "1" {
      try readme.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: KeyTable.markdown())
        .write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(
        readme[begin.upperBound..<end.lowerBound] == KeyTable.markdown(),
        "README.md lists other keys than the key table: MVP_RECORD_SNAPSHOTS=1 swift test -c release --filter KeyTableTests"
      )
    }
  }

  /// Every capture is seen by a visitor, and none is missing.
  @Test func readmeShowsEveryCapture() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let folder = root.appendingPathComponent("Tests/Captures")
    let written = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".svg") || $0.hasSuffix(".png")
    }
    let shown = readme.matches(of: /\(Tests\/Captures\/([a-z]+\.(?:svg|png))\)/).map { String($0.1) }
    #expect(!written.isEmpty && shown.sorted() == written.sorted())
  }

  /// No two keys of a list share a footer label.
  @Test func footerSaysUpAndDownOnce() {
    var state = SampleRun.state(steps: 3)
    state.press(.character("q"))
    let canvas = renderWorkbench(state, width: 80, height: 24, glyphs: .braille)
    #expect(canvas.row(22).map(\.text).joined().contains("up/down move  enter choose"))
  }

  @Test func labelsOfKeysCanBeReadBack() {
    for key in Set(KeyTable.bindings.flatMap(\.keys)) { #expect(Key(label: key.label) == key, "\(key.label)") }
    #expect(Key(label: "nonsense") == nil && Key(label: "F99") == nil && Key(label: "") == nil)
  }

  @Test func footerShowsTheKeysOfTheDialog() {
    var state = SampleRun.state(steps: 3)
    state.press(.character("q"))
    let canvas = renderWorkbench(state, width: 80, height: 24, glyphs: .braille)
    let footer = canvas.row(22).map(\.text).joined()
    #expect(footer.contains("enter choose") && footer.contains("esc cancel") && !footer.contains("detach"))
  }
}
