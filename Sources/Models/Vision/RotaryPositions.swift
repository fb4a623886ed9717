import Foundation
import Recipe
import Tensors

/// Rotary positions of patches: the angles by which queries and keys are turned in every block. CLS and registers are
/// not turned.
package struct RotaryPositions: Codable, Equatable, Sendable {
  package var kind: RotaryKind
  /// Ratio of the slowest angle to the fastest, but for one step of the series.
  package var base: Double
  /// Patches a side of the grid on which places are counted; `eva` only.
  package var reference: Int

  /// As EVA-02 has them: 16 patches of 14 pixels in 224.
  package static let eva = RotaryPositions(kind: .eva, base: 10_000, reference: 16)
  package static let dinov3 = RotaryPositions(kind: .dinov3, base: 100, reference: 0)

  /// As the models that introduced them have them.
  package static func usual(_ kind: RotaryKind) -> RotaryPositions { kind == .eva ? .eva : .dinov3 }

  /// Angles in radians, [M, headWidth / 2] row-major for M patches: those of the row, then those of the column. Places
  /// are counted along each side by itself.
  package func angles(grid: PlaneSize, headWidth: Int) -> [Double] {
    let count = headWidth / 4
    let frequencies = (0..<count).map { pow(base, -Double($0) / Double(count)) }
    func places(_ count: Int) -> [[Double]] {
      (0..<count).map { place -> [Double] in
        let at =
          switch kind {
          case .eva: Double(place) / Double(count) * Double(reference)
          case .dinov3: 2 * Double.pi * (2 * (Double(place) + 0.5) / Double(count) - 1)
          }
        return frequencies.map { at * $0 }
      }
    }
    let (rows, columns) = (places(grid.height), places(grid.width))
    return (0..<grid.area).flatMap { rows[$0 / grid.width] + columns[$0 % grid.width] }
  }

  /// For all tokens of a sequence: CLS where there is one, the patches, registers.
  func rotation(
    grid: PlaneSize, headWidth: Int, hasCLS: Bool, registers: Int, device: any ComputeDevice
  ) -> Rotation {
    let angles = angles(grid: grid, headWidth: headWidth)
    let still = { (count: Int) in [Double](repeating: 0, count: count * (headWidth / 2)) }
    let all = still(hasCLS ? 1 : 0) + angles + still(registers)
    return Rotation(
      cosines: all.map { Float(cos($0)) }, sines: all.map { Float(sin($0)) },
      tokens: (hasCLS ? 1 : 0) + grid.area + registers, isHalved: kind == .dinov3, device: device)
  }

  /// What makes the figures unfit, as a clause; nil when nothing does.
  var problem: String? {
    if !base.isFinite || base <= 1 || base > 1e12 { return "the base of its rotary positions is \(base)" }
    if kind == .eva, !(1...4096).contains(reference) { return "its rotary positions count \(reference) patches a side" }
    return nil
  }
}
