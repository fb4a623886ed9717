import ArgumentParser
import Files
import Foundation
import Terminal
import TrainingBackend

/// How the workbench looks.
struct DisplayOptions: ParsableArguments {
  @Option(
    help:
      "Theme: auto (by the terminal's background), a name in themes/ or ~/.config/mvp/themes, or a YAML file; else the one chosen last by t or T.",
    completion: Candidates.themes, transform: userPath)
  var theme: String?

  @Option(
    help: ArgumentHelp("Folder of themes; else MVP_THEMES, else ./themes.", valueName: "dir"),
    completion: .directory, transform: userPath)
  var themes: String?

  @Option(
    help: "Colours: auto, truecolor, 256, 16, 8 or never. NO_COLOR=1 asks for none.",
    completion: .list(DisplayOptions.colors))
  var color = "auto"

  @Option(help: "Glyphs: auto, braille, block or ascii.", completion: .list(DisplayOptions.glyphLevels))
  var glyphs = "auto"

  @Option(
    help:
      "Pictures of the mask view: auto, cells, or kitty: pixels, by the protocol of Kitty, Ghostty, WezTerm, Konsole.",
    completion: .list(DisplayOptions.pictureChoices))
  var pictures = "auto"

  @Flag(
    inversion: .prefixedNo,
    help:
      "Use the mouse: wheel, clicks and drags; the terminal then selects text with shift held. M changes it; remembered."
  )
  var mouse: Bool?

  @Option(help: "Refreshes a second while events come in, 1 to 30; else what + and - chose last, 5 at first.")
  var refresh: Int?

  @Option(
    help: ArgumentHelp(
      "Play keys, waits and screen dumps from a file; needs no terminal (see CONTRIBUTING.md).", valueName: "file"),
    completion: .file(),
    transform: { path in
      do {
        return try Script(path: userPath(path))
      } catch {
        throw ValidationError("\(error)")
      }
    })
  var script: Script?

  private static let colors = ColorChoice.allCases.map(\.rawValue)
  private static let glyphLevels = ["auto", "braille", "block", "ascii"]
  private static let pictureChoices = ["auto", "kitty", "cells"]

  func validate() throws {
    if ColorChoice(rawValue: color) == nil {
      throw ValidationError(
        "--color is \(color): choose \(Self.colors.joined(separator: ", "))\(meaning(of: color, among: Self.colors))")
    }
    var options = TerminalOptions()
    if !options.chooseGlyphs(glyphs) {
      throw ValidationError(
        "--glyphs is \(glyphs): choose auto, braille, block or ascii\(meaning(of: glyphs, among: Self.glyphLevels))")
    }
    if PictureChoice(rawValue: pictures) == nil {
      throw ValidationError(
        "--pictures is \(pictures): choose auto, kitty or cells\(meaning(of: pictures, among: Self.pictureChoices))")
    }
    if let refresh, !(1...30).contains(refresh) { throw ValidationError("--refresh is \(refresh): give 1 to 30.") }
  }

  var terminalOptions: TerminalOptions {
    var options = TerminalOptions()
    options.theme = theme
    options.themesDirectory = themes
    options.color = ColorChoice(rawValue: color) ?? .auto
    _ = options.chooseGlyphs(glyphs)
    options.pictures = PictureChoice(rawValue: pictures) ?? .auto
    options.usesMouse = mouse
    options.refreshHz = refresh
    options.script = script
    options.evaluations = ModelEvaluation.kinds
    return options
  }

  /// Whether standard input and output are a terminal that can hold a screen; a script needs none.
  var terminalIsUsable: Bool {
    if script != nil { return true }
    let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !type.isEmpty && type != "dumb"
  }
}
