import Canvas
import Recipe
import RunEvents

/// A line of the palette: something that can be done, and the keys that would do it.
struct PaletteEntry: Equatable, Sendable {
  /// What `tab` completes to.
  var name: String
  var help: String
  var keys = ""
  /// nil: a number has to be typed behind the name.
  var command: WorkbenchCommand?
  /// View to go to first, for what only a key of another view does.
  var view: WorkbenchView?
}

extension PaletteEntry {
  /// Everything that any key can do, what the view behind the palette offers before the others, and every value of the
  /// session; best match first: every word that was typed stands somewhere in the name, the help or the keys, or its
  /// letters stand in the name with others between them.
  static func matching(
    _ text: String, runs: [RunListing], values: [ConfigurationValue], in view: RunView
  ) -> [PaletteEntry] {
    let typed = text.lowercased()
    let words = typed.split(separator: " ").map(String.init)
    if let entry = numberEntry(words) { return [entry] }
    let ranked = all(runs, values, in: view).compactMap { entry -> (rank: Int, entry: PaletteEntry)? in
      let name = entry.name.lowercased()
      let all = "\(name) \(entry.help.lowercased()) \(entry.keys.lowercased())"
      guard words.allSatisfy(all.contains) else {
        let costs = words.map { looseness(of: $0, in: name) }
        return costs.contains(nil) ? nil : (5 + costs.reduce(0) { $0 + ($1 ?? 0) }, entry)
      }
      let phrase = words.joined(separator: " ")
      if name == phrase { return (0, entry) }
      if name.hasPrefix(phrase) { return (1, entry) }
      return (name.contains(phrase) ? 2 : all.contains(" " + phrase) ? 3 : 4, entry)
    }
    return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
      .map(\.element.entry)
  }

  private static func all(
    _ runs: [RunListing], _ values: [ConfigurationValue], in view: RunView
  ) -> [PaletteEntry] {
    let scopes: [KeyBinding.Scope] = [.view(view.screen.view), .global]
    let bindings = KeyTable.bindings.filter {
      scopes.contains($0.scope) && $0.command != .openPalette && $0.command != .back
    }
    let keyed = bindings.map {
      PaletteEntry(name: $0.name, help: $0.help, keys: $0.keyLabel, command: $0.command)
    }
    let names = (view.run?.guidances ?? []).map(\.name)
    let known = view.run?.mixtures ?? []
    let guidances = (names + known + mixtures(of: names).filter { !known.contains($0) }).map {
      PaletteEntry(name: "guidance \($0)", help: "guide the next steps by \($0)", command: .guideBy($0))
    }
    let evals = (view.run?.evals ?? []).map {
      PaletteEntry(
        name: "eval \($0)", help: "start \(view.evalName($0)) with the session's options", command: .startEval($0))
    }
    let themes = view.options.themes.map {
      PaletteEntry(name: "theme \($0)", help: "colours of \($0)", command: .useTheme($0))
    }
    return keyed + guidances + evals + numbered.map { $0.entry } + themes + ofOtherViews(view)
      + openings(runs, in: view) + values.map(setting)
  }

  /// Every two of them together, and all.
  private static func mixtures(of names: [String]) -> [String] {
    guard names.count > 1 else { return [] }
    let pairs = names.indices.flatMap { first in
      names[(first + 1)...].map { GuidanceMixture.name(of: [names[first], $0]) }
    }
    return pairs + (names.count > 2 ? [GuidanceMixture.name(of: names)] : [])
  }

  private static func setting(_ value: ConfigurationValue) -> PaletteEntry {
    PaletteEntry(
      name: sanitised(value.key), help: sanitised("\(value.value)" + (value.edit == nil ? "" : "; enter changes it")),
      command: .showSetting(value.key))
  }

  /// Keys that all lists share; they do nothing in a view that is not on the screen.
  private static let scrolling: Set<WorkbenchCommand> = [
    .scrollUp, .scrollDown, .pageUp, .pageDown, .scrollToTop, .scrollToBottom,
  ]

  private static func ofOtherViews(_ shown: RunView) -> [PaletteEntry] {
    KeyTable.bindings.compactMap { binding in
      guard case .view(let view) = binding.scope, view != shown.screen.view, shown.offeredViews.contains(view),
        !scrolling.contains(binding.command)
      else { return nil }
      return PaletteEntry(
        name: "\(view.rawValue) \(binding.name)", help: binding.help, keys: binding.keyLabel, command: binding.command,
        view: view)
    }
  }

  /// Runs that can take the place of this one.
  private static func openings(_ runs: [RunListing], in view: RunView) -> [PaletteEntry] {
    guard view.options.opensRuns else { return [] }
    return runs.map {
      PaletteEntry(
        name: "open \(sanitised($0.name))", help: "watch this run: \(sanitised($0.state.rawValue)) at step \($0.step)",
        command: .openRun($0.name))
    }
  }

  private struct NumberedCommand: Sendable {
    var entry: PaletteEntry
    var command: @Sendable (Int) -> WorkbenchCommand
  }

  /// Commands that a number goes with.
  private static let numbered: [NumberedCommand] = [
    NumberedCommand(entry: PaletteEntry(name: "steps", help: "N: train N steps while paused")) { .advance($0) },
    NumberedCommand(entry: PaletteEntry(name: "picture", help: "N: show picture N of the preview set")) {
      .showPicture($0)
    },
    NumberedCommand(entry: PaletteEntry(name: "refresh", help: "N: refresh N times a second, 1 to 30")) {
      .refreshAt($0)
    },
    NumberedCommand(entry: PaletteEntry(name: "columns", help: "N: curves in N panes side by side, 1 to 9")) {
      .setGrid(columns: $0)
    },
    NumberedCommand(entry: PaletteEntry(name: "rows", help: "N: curves in N rows of panes, 1 to 9")) {
      .setGrid(rows: $0)
    },
  ]

  /// `steps 25`: the one entry that such a text can mean.
  private static func numberEntry(_ words: [String]) -> PaletteEntry? {
    guard words.count == 2, let number = Int(words[1]), number > 0, number < 1_000_000_000,
      let match = numbered.first(where: { $0.entry.name == words[0] })
    else { return nil }
    return PaletteEntry(
      name: "\(words[0]) \(number)", help: String(match.entry.help.dropFirst(3)), command: match.command(number))
  }
}
