import Files
import Foundation
import Pretraining
import Recipe

/// What many masks of one kind look like together: `mvp masks`.
package struct MaskReport: Codable, Equatable, Sendable {
  package let kind: String
  /// Rows, then columns.
  package let grid: [Int]
  package let masked: Int
  package let count: Int
  package let seed: UInt64
  package let mean: Double
  package let min: Int
  package let max: Int
  /// Share of masks in which a patch is masked, row by row.
  package let frequency: [[Double]]
  /// Whose attention masks go by, in words; nil for kinds that look at no picture.
  package let attention: String?

  /// Words of the kinds that there are.
  package static let kinds = MaskKind.allCases.map(\.rawValue)

  /// Draws `count` masks.
  /// - Throws: where no such mask can be drawn, in one sentence.
  package init(kind: String, rows: Int, columns: Int, masked: Int, count: Int, seed: UInt64) throws {
    guard let known = MaskKind(rawValue: kind) else {
      throw BackendError(
        "--kind is \(kind): choose \(Self.kinds.joined(separator: " or "))\(meaning(of: kind, among: Self.kinds))")
    }
    let generator = try MaskGenerator(kind: known, rows: rows, columns: columns, masked: masked)
    let seen = try known.goesByAttention ? SceneAttention(rows: rows, columns: columns) : nil
    let statistics = MaskStatistics(of: generator, count: count, seed: seed, weights: seen?.weights)
    attention = seen?.words
    self.kind = kind
    grid = [rows, columns]
    self.masked = masked
    self.count = count
    self.seed = seed
    mean = statistics.mean
    min = statistics.minimum
    max = statistics.maximum
    let flat = statistics.frequency
    frequency = (0..<rows).map { Array(flat[$0 * columns..<($0 + 1) * columns]) }
  }

  /// The usual number of masked patches of a grid, 75 of 14 x 14.
  package static func usualCount(rows: Int, columns: Int) -> Int {
    MaskGenerator.defaultMasked(rows: rows, columns: columns)
  }

  /// A heat map: one cell a patch, darker is masked more often, with the frequency in hundredths.
  package var heatMap: String {
    let shades = Array(" .:-=+*#%@")
    let top = Swift.max(frequency.joined().max() ?? 0, .leastNonzeroMagnitude)
    return frequency.map { row in
      let picture = row.map { value -> String in
        let shade = shades[Swift.min(shades.count - 1, Int(value / top * Double(shades.count)))]
        return String(repeating: shade, count: 2)
      }
      let numbers = row.map { String(format: "%3d", Int(($0 * 100).rounded())) }
      return picture.joined() + "  " + numbers.joined()
    }.joined(separator: "\n")
  }
}
