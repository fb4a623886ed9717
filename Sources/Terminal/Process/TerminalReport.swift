import CNcurses
import Foundation

/// What the terminal of this process offers, in words, without opening a screen: part of `mvp doctor`.
package struct TerminalReport: Equatable, Sendable {
  package let terminal: String
  package let locale: String
  /// What would make the screen better, a sentence each.
  package let remedies: [String]

  package init(environment: [String: String]) {
    setlocale(LC_ALL, "")
    let codeset = String(cString: nl_langinfo(Int32(CODESET)))
    let type = environment["TERM"] ?? ""
    var size = winsize()
    let isTerminal = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    var remedies: [String] = []
    if isTerminal {
      terminal =
        "TERM=\(type), \(size.ws_col)x\(size.ws_row)"
        + (TerminalCapabilities.promisesTruecolor(environment) ? ", truecolour" : "")
        + (environment["NO_COLOR"].map { $0.isEmpty ? "" : ", NO_COLOR" } ?? "")
    } else {
      terminal = "standard output is no terminal" + (type.isEmpty ? "" : ", TERM=\(type)")
    }
    locale = "\(codeset) (\(environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? "unset"))"
    let capabilities = TerminalCapabilities.detect(environment: environment, codeset: codeset, colors: 256)
    if !capabilities.unicode {
      remedies.append("the locale is not UTF-8, so curves are drawn in ASCII: `export LC_ALL=C.UTF-8` gives Braille.")
    }
    self.remedies = remedies
  }
}
