import Workbench

/// Theme and refresh rate to begin with: those of the command line, else what a person chose before, else what suits
/// the terminal.
package struct StartingAppearance {
  /// As the workbench names it, ``Appearance/automaticTheme`` included.
  package var name = Appearance.automaticTheme
  package let theme: Theme
  package let refreshHz: Int
  /// Why what was chosen before is not used.
  package var remark: String?

  /// Throws if the theme of the command line, or the usual one, cannot be used.
  package init(_ options: TerminalOptions, library: ThemeLibrary) throws {
    var remembered = [PreferencesFile(options).load()]
    // Who chose for the workbench need not choose again for the monitor.
    if options.machine != nil { remembered.append(PreferencesFile(options, name: PreferencesFile.workbench).load()) }
    let choices = remembered.compactMap { $0 }
    refreshHz = options.refreshHz ?? choices.lazy.compactMap(\.refreshHz).first ?? Appearance.usualRefresh
    let automatic = Appearance.automaticTheme
    if let asked = options.theme, asked != automatic {
      name = asked
      theme = try library.theme(named: asked)
      return
    }
    if options.theme == nil, let chosen = choices.lazy.compactMap(\.theme).first, chosen != automatic {
      do {
        theme = try library.theme(named: chosen)
        name = chosen
        return
      } catch {
        remark = "the theme that was chosen before is not used: \(error)"
      }
    }
    theme = try library.theme(for: options.assumedGround)
  }
}

extension TerminalOptions {
  /// What the background is taken for as long as the terminal has not said it. A script plays the same whoever runs it.
  var assumedGround: Theme.Ground { script == nil ? Theme.Ground(environment: environment) : .dark }
}

extension PreferencesFile {
  /// - Parameter name: The file's; that of the screen's kind where it is not given.
  convenience init(_ options: TerminalOptions, name: String? = nil) {
    // A script plays the same whoever runs it.
    self.init(
      environment: options.script == nil ? options.environment : [:],
      name: name ?? (options.machine == nil ? Self.workbench : Self.monitor))
  }
}

extension Theme.Ground {
  /// By `COLORFGBG`, which some terminals set to the numbers of their colours, the background's last; dark where it
  /// tells nothing.
  package init(environment: [String: String]) {
    let background = environment["COLORFGBG"]?.split(separator: ";").last.flatMap { Int($0) }
    self = background == 7 || (9...15).contains(background ?? 0) ? .light : .dark
  }
}

extension ThemeLibrary {
  /// The theme that suits a background where a person has no other wish.
  package func theme(for ground: Theme.Ground) throws -> Theme {
    try theme(named: ground == .light ? "light" : "default")
  }
}
