/// A JSON document as it stands in a file: members keep their order, and a name that comes twice is refused.
///
/// Configurations, vocabularies and safetensors headers come from elsewhere; the accessors answer nil for whatever is
/// not of the asked kind, so nothing in a file can trap.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// Any number; `integer` is exact where `value` cannot be.
  case number(value: Double, integer: Int?)
  case string(String)
  case array([JSONValue])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package let name: String
    package let value: JSONValue
  }

  /// The first member of that name; nil if this is no object or has no such member.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package var integer: Int? {
    guard case .number(_, let integer) = self else { return nil }
    return integer
  }

  package var double: Double? {
    guard case .number(let value, _) = self else { return nil }
    return value
  }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var array: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  package var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  var isNull: Bool { self == .null }

  /// Numbers of an array; nil if it is none, or holds anything else.
  var floats: [Float]? {
    guard let array else { return nil }
    let numbers = array.compactMap(\.double)
    return numbers.count == array.count ? numbers.map { Float($0) } : nil
  }
}
