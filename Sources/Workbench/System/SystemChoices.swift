/// What is remembered of the system view from one run to the next.
package struct SystemChoices: Codable, Equatable, Sendable {
  /// Lengths of the window before the newest sample, in minutes.
  static let windows = [1, 2, 5, 10, 30, 60, 240]

  /// Whether charts show everything since the run began, or the newest of it.
  package var showsAll = false
  package var minutes = 10
  /// A regular expression; only charts whose name or key it matches are shown. Empty: all.
  package var filter = ""

  package init() {}

  /// Whatever is missing or meaningless is as at first.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    showsAll = (try? values.decodeIfPresent(Bool.self, forKey: .showsAll)) ?? false
    let asked = (try? values.decodeIfPresent(Int.self, forKey: .minutes)) ?? 10
    minutes = Self.windows.contains(asked) ? asked : 10
    filter = (try? values.decodeIfPresent(String.self, forKey: .filter)) ?? ""
  }

  /// `last 10 minutes`, `last 4 hours`, `whole history`.
  var words: String {
    if showsAll { return "whole history" }
    if minutes == 1 { return "last minute" }
    return minutes < 60 || minutes % 60 != 0
      ? "last \(minutes) minutes" : "last " + (minutes == 60 ? "hour" : "\(minutes / 60) hours")
  }
}
