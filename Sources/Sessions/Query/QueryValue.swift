import Foundation

/// A value of a row, as SQLite has it.
package enum QueryValue: Equatable, Sendable, Encodable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob(Data)

  /// As tables and CSV write it; bytes as base64.
  package var text: String {
    switch self {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): value == value.rounded() && abs(value) < 1e15 ? String(format: "%.1f", value) : "\(value)"
    case .text(let value): value
    case .blob(let value): value.base64EncodedString()
    }
  }

  /// In JSON, bytes are base64.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .blob(let value): try container.encode(value)
    }
  }
}
