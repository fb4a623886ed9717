import Foundation
import RunEvents

extension Report {
  /// What runs differ in, then what they share, or all of a run alone.
  var configurationSection: Markup {
    let shared = values.filter { isShared($0) }
    let differing = values.filter { !isShared($0) }
    let table = Self.table(
      ["key"] + runs.map(\.name),
      differing.map { entry in
        ["<code>\(entry.key)</code>"] + entry.values.map { "<code>\($0 ?? "-")</code>" }
      })
    let groups = Dictionary(grouping: shared) { String($0.key.prefix { $0 != "." }) }
    var names: [String] = []
    for name in shared.map({ String($0.key.prefix { $0 != "." }) }) where !names.contains(name) { names.append(name) }
    let list = Markup(names.map { name in group(name, groups[name] ?? []) })
    let columns: Markup = list == .none ? .none : "<div class=\"columns\">\(list)</div>"
    let heading: Markup = runs.count > 1 && list != .none ? "<h3>The same in all</h3>" : .none
    return Self.section(
      runs.count > 1 ? "Differences and configuration" : "Configuration", table + heading + columns,
      note: runs.count > 1 && differing.isEmpty ? "The configurations of the runs are the same." : "")
  }

  package struct ConfigurationEntry {
    package let key: String
    /// By run; nil where it has no such key.
    package let values: [String?]
  }

  /// Every key of the runs' configurations, in their order.
  package var values: [ConfigurationEntry] {
    let all = runs.map {
      Dictionary($0.configuration.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    var keys: [String] = []
    var known: Set<String> = []
    for value in runs.flatMap(\.configuration) where known.insert(value.key).inserted { keys.append(value.key) }
    return keys.map { key in ConfigurationEntry(key: key, values: all.map { $0[key] }) }
  }

  package func isShared(_ entry: ConfigurationEntry) -> Bool { Set(entry.values).count <= 1 }

  private func group(_ name: String, _ entries: [ConfigurationEntry]) -> Markup {
    let rows = entries.map { entry -> Markup in
      let key = entry.key.count > name.count ? String(entry.key.dropFirst(name.count + 1)) : entry.key
      return "<div><span>\(key)</span><code>\(entry.values.first.flatMap(\.self) ?? "")</code></div>"
    }
    let heading: Markup = entries.count == 1 && entries[0].key == name ? .none : "<b>\(name)</b>"
    return "<div class=\"group\">\(heading)\(Markup(rows))</div>\n"
  }
}
