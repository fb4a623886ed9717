import Foundation

/// A file of choices as it stands on disk, keys of later versions included.
enum PreferencesTree: Codable, Equatable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([PreferencesTree])
  case map([String: PreferencesTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([PreferencesTree].self) {
      self = .list(value)
    } else {
      self = .map(try container.decode([String: PreferencesTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .map(let value): try container.encode(value)
    }
  }

  /// This with what differs between two others: keys that were changed, added or taken away, and of lists the elements.
  func taking(changesFrom old: PreferencesTree?, to new: PreferencesTree) -> PreferencesTree {
    switch (old, new, self) {
    case (.map(let old), .map(let new), .map(var mine)):
      for key in Set(old.keys).union(new.keys) where old[key] != new[key] {
        mine[key] = new[key].map { ((mine[key] ?? old[key]) ?? .null).taking(changesFrom: old[key], to: $0) }
      }
      return .map(mine)
    case (.list(let old), .list(let new), .list(let mine)) where mine != old:
      let added = new.filter { !old.contains($0) && !mine.contains($0) }
      return .list(mine.filter { !old.contains($0) || new.contains($0) } + added)
    default: return new
    }
  }
}
