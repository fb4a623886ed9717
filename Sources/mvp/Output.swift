import Foundation

/// One JSON object on one line, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

func formatted(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// Rows of text in columns as wide as they need to be.
func printTable(_ rows: [[String]]) {
  let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  for row in rows {
    let padded = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
    print(padded.joined(separator: "  ").replacing(/\s+$/, with: ""))
  }
}
