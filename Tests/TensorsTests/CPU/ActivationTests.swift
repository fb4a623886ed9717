import CKernels
import COtherCPUs
import Foundation
import Testing

/// Activations and their slopes against the formulas in double precision.
struct ActivationTests {
  /// The way in which this CPU computes them, and that of one without AVX-512.
  enum Way: CaseIterable {
    case own, byFormula

    func activate(_ x: mvp_array, _ y: mvp_array, _ count: Int, _ kind: mvp_activation) {
      switch self {
      case .own: mvp_activate(x, y, count, kind)
      case .byFormula: by_formula_activate(x, y, count, kind)
      }
    }

    func gradient(
      _ x: mvp_array, _ dy: mvp_array, _ y: mvp_stripes, _ dx: mvp_array, _ sums: UnsafeMutablePointer<Float>?,
      _ rows: Int, _ columns: Int, _ kind: mvp_activation
    ) {
      switch self {
      case .own: mvp_activation_gradient(x, dy, y, dx, sums, rows, columns, kind)
      case .byFormula: by_formula_activation_gradient(x, dy, y, dx, sums, rows, columns, kind)
      }
    }
  }

  private static let kinds = [
    MVP_ACTIVATION_GELU, MVP_ACTIVATION_QUICK_GELU, MVP_ACTIVATION_TANH_GELU, MVP_ACTIVATION_SILU,
  ]

  /// f and its derivative, where the activation is x f(x).
  private func formula(_ x: Double, _ kind: mvp_activation) -> (f: Double, derivative: Double) {
    if kind == MVP_ACTIVATION_GELU {
      return (0.5 * erfc(-x * 0.5.squareRoot()), exp(-0.5 * x * x) / (2 * Double.pi).squareRoot())
    }
    let (argument, slope): (Double, Double)
    switch kind {
    case MVP_ACTIVATION_SILU: (argument, slope) = (x, 1)
    case MVP_ACTIVATION_TANH_GELU:
      let factor = (8 / Double.pi).squareRoot()
      (argument, slope) = (factor * (x + 0.044715 * x * x * x), factor * (1 + 3 * 0.044715 * x * x))
    default: (argument, slope) = (1.702 * x, 1.702)
    }
    let sigmoid = 1 / (1 + exp(-argument))
    return (sigmoid, slope * sigmoid * (1 - sigmoid))
  }

  @Test(arguments: Way.allCases, kinds)
  func valuesAndSlopesFollowTheFormula(way: Way, kind: mvp_activation) {
    var x = (0...80_001).map { Float($0) * 5e-4 - 20 }  // no multiple of a vector
    var (y, again) = (x, x)
    var (dy, dx, sums) = (x.map { _ in Float(1) }, x, x.map { _ in Float(0) })
    let count = x.count
    x.withUnsafeMutableBytes { x in
      let view = { (bytes: UnsafeMutableRawBufferPointer) in mvp_array(data: bytes.baseAddress, type: MVP_FLOAT32) }
      y.withUnsafeMutableBytes { way.activate(view(x), view($0), count, kind) }
      dy.withUnsafeMutableBytes { dy in
        again.withUnsafeMutableBytes { again in
          dx.withUnsafeMutableBytes { dx in
            let rows = mvp_stripes(
              data: again.baseAddress, type: MVP_FLOAT32, row: count, stripe: Int(MVP_STRIPE))
            way.gradient(view(x), view(dy), rows, view(dx), &sums, 1, count, kind)
          }
        }
      }
    }
    for i in 0..<count {
      let at = Double(x[i]), (f, derivative) = formula(at, kind)
      #expect(abs(Double(y[i]) - at * f) < 3e-7 * max(1, abs(at)), "at \(at)")
      #expect(abs(Double(dx[i]) - f - at * derivative) < 2e-6, "at \(at)")
    }
    #expect(again == y && sums == dx)
  }

  /// The values again in panels of 32 columns, of which the last is not full, as the products read them.
  @Test(arguments: Way.allCases, [MVP_FLOAT32, MVP_BFLOAT16])
  func valuesComeInStripes(way: Way, type: mvp_type) {
    let (rows, columns, width) = (3, 70, Int(MVP_STRIPE))
    let x = TestMatrix(rows, columns, type, columnsFirst: false, padding: 0, seed: 1)
    let dy = TestMatrix(rows, columns, MVP_FLOAT32, columnsFirst: false, padding: 0, seed: 2)
    var y = [Float](repeating: 9, count: 3 * rows * width)
    let values = (0..<rows * columns).map { Float(x[$0 / columns, $0 % columns]) }
    y.withUnsafeMutableBytes {
      let stripes = mvp_stripes(data: $0.baseAddress, type: MVP_FLOAT32, row: width, stripe: rows * width)
      let data = mvp_array(data: x.view.data, type: type)
      way.gradient(
        data, mvp_array(data: dy.view.data, type: MVP_FLOAT32), stripes, data, nil, rows, columns, MVP_ACTIVATION_GELU)
    }
    for r in 0..<rows {
      for c in 0..<3 * width {
        let (found, at) = (y[c / width * rows * width + r * width + c % width], r * columns + c)
        let value = c < columns ? Double(values[at]) : 0
        #expect(c < columns ? abs(Double(found) - value * formula(value, MVP_ACTIVATION_GELU).f) < 1e-6 : found == 9)
      }
    }
  }

  @Test(arguments: Way.allCases, kinds)
  func whatIsNoNumberStaysSo(way: Way, kind: mvp_activation) {
    var values: [Float] = [.nan, .infinity, 1]
    values.withUnsafeMutableBytes {
      let array = mvp_array(data: $0.baseAddress, type: MVP_FLOAT32)
      way.activate(array, array, 3, kind)
    }
    #expect(values[0].isNaN && values[1] == .infinity && values[2] > 0.7 && values[2] < 0.9)
  }
}
