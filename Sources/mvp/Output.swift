import Canvas
import Files
import Foundation
import RunEvents

/// Prints a text, in place of Swift's own: names, notes and file names may come from anywhere, and a terminal would
/// obey what is in them; and a full disk behind it is to be noticed, of which ``leave(_:)`` tells.
func print(_ text: String, terminator: String = "\n") {
  StandardOutput.shared.write(sanitisedLines(text) + terminator)
}

/// Ends the program. Where what it printed did not get to where it was to go, that is said and the status is not 0.
func leave(_ status: Int32) -> Never {
  StandardOutput.shared.flush()
  guard let fault = StandardOutput.shared.fault else { exit(status) }
  writeError(standardOutputFault("\(fault)"))
  exit(status == 0 ? 1 : status)
}

func standardOutputFault(_ reason: String) -> String {
  "standard output cannot be written (\(reason)): what was to be printed is not complete."
}

/// One JSON object on one line, keys sorted; dates in seconds since 1970, as everywhere in JSON.
func printJSON(_ value: some Encodable) throws {
  StandardOutput.shared.write(escapedJSON(String(decoding: try runJSONEncoder().encode(value), as: UTF8.self)) + "\n")
}

/// Rows of text in columns as wide as they need to be.
func printTable(_ rows: [[String]]) {
  let rows = rows.map { $0.map(sanitised) }
  let columns = rows.map { $0.map(displayWidth) }
  let widths = (rows.first ?? []).indices.map { column in columns.map { $0[column] }.max() ?? 0 }
  var text = ""
  for (row, taken) in zip(rows, columns) {
    var line = ""
    for (index, field) in row.enumerated() {
      line += field + String(repeating: " ", count: widths[index] - taken[index] + 2)
    }
    while line.last == " " { line.removeLast() }
    text += line + "\n"
  }
  print(text, terminator: "")
}

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}

/// A date in local time by a format of `strftime`; a formatter of Foundation would take longer to be made than a
/// thousand runs to be listed.
func localTime(_ date: Date, _ format: String) -> String {
  // A damaged store may tell of any time.
  guard var seconds = time_t(exactly: date.timeIntervalSince1970.rounded(.down)) else { return "-" }
  var parts = tm()
  localtime_r(&seconds, &parts)
  var text = [CChar](repeating: 0, count: 64)
  strftime(&text, text.count, format, &parts)
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A bar of at most `width` columns for a share of 0...1, in eighths of a column where the locale has the characters.
func bar(_ share: Double, width: Int = 40) -> String {
  let eighths = Int((min(max(share, 0), 1) * Double(width * 8)).rounded())
  guard localeIsUTF8 else { return String(repeating: "#", count: (eighths + 4) / 8) }
  let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
  return String(repeating: "█", count: eighths / 8) + rest
}

private var localeIsUTF8: Bool {
  let environment = ProcessInfo.processInfo.environment
  let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
  return locale.lowercased().replacingOccurrences(of: "-", with: "").hasSuffix("utf8")
}
