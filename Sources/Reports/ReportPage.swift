import Foundation
import Histories

extension Report {
  /// The report as one HTML page that needs nothing beside it: no script, no other address.
  package var html: String {
    let sections = [
      summary, ablationSection, curvesSection, evaluationsSection, masksSection, configurationSection, eventsSection,
      machineSection,
    ]
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <title>\(title)</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(title)</h1>
      <p class="soft">\(subtitle)</p>
      </header>
      \(Markup(sections))
      <footer class="soft">\(maker), \(Self.day(created))</footer>
      </main>
      </body>
      </html>

      """
    return page.html
  }

  private var subtitle: String {
    guard runs.count == 1, let run = runs.first else { return "\(runs.count) runs" }
    return [
      run.description?.student.summary, run.description?.dataset,
      run.listing.guidance == "-" ? nil : run.listing.guidance,
    ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// `2026-11-30 12:34 UTC`
  static func day(_ date: Date) -> String {
    guard var seconds = time_t(exactly: date.timeIntervalSince1970.rounded(.down)) else { return "-" }
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%d %H:%M UTC", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A section with a heading; nothing where it has no content.
  static func section(_ heading: String, _ content: Markup, note: String = "") -> Markup {
    guard content != .none else { return .none }
    let words: Markup = note.isEmpty ? .none : "<p class=\"soft note\">\(note)</p>"
    return "<section>\n<h2>\(heading)</h2>\n\(words)\(content)\n</section>\n"
  }

  /// A table. Columns of numbers stand to the right.
  static func table(_ titles: [String], _ rows: [[Markup]], numbers: Set<Int> = []) -> Markup {
    guard !rows.isEmpty else { return .none }
    func side(_ column: Int) -> Markup { numbers.contains(column) ? " class=\"n\"" : "" }
    let head = Markup(titles.enumerated().map { "<th\(side($0.offset))>\($0.element)</th>" })
    let body = Markup(
      rows.map { row in "<tr>\(Markup(row.enumerated().map { "<td\(side($0.offset))>\($0.element)</td>" }))</tr>\n" })
    return "<div class=\"scroll\"><table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(body)</tbody>\n</table></div>"
  }

  /// The sign of a run in legends and tables.
  static func swatch(_ place: Int) -> Markup {
    "<svg class=\"swatch r\(place % runColors + 1)\" viewBox=\"0 0 22 10\"><path d=\"M1 5H21\"/></svg>"
  }

  /// Colours that tell runs apart; those beyond begin again, with another dash.
  static let runColors = 8
}
