import CKernels
import COtherCPUs
import Testing

/// The products of `CKernels` against sums in Double, with every way in which their sides may lie.
@Suite(.enabled(if: mvp_products_supported(MVP_FLOAT32)))
struct NativeProductTests {
  /// Sizes around those of tiles (14 rows; AMX: 16 rows, 32 of k), panels (16 and 32 columns), parts of k (512 and 1024 units; AMX: 768
  /// of k), groups of panels (AMX: 32), and rows a page apart.
  static let sizes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (1, 17, 3), (14, 32, 8), (13, 16, 7), (15, 33, 5), (29, 31, 1030), (29, 49, 1), (3, 20, 2050),
    (65, 65, 64),
    (65, 64, 65), (60, 48, 1024), (200, 35, 513), (17, 1090, 33),
  ]
  struct Way: Sendable {
    var type: mvp_type
    var amx = false
  }

  static let types = [MVP_FLOAT32, MVP_BFLOAT16].filter { mvp_products_supported($0) }

  /// As this CPU computes, and bfloat16 also as one with AMX does, its instructions in plain C.
  static let ways = types.flatMap { $0 == MVP_BFLOAT16 ? [Way(type: $0), Way(type: $0, amx: true)] : [Way(type: $0)] }

  @Test(arguments: ways, [false, true])
  func agreesWithPlainSums(way: Way, accumulate: Bool) {
    let type = way.type
    for (m, n, k) in Self.sizes {
      for columnsOfA in [false, true] {
        for columnsOfB in [false, true] {
          for output in type == MVP_FLOAT32 ? [MVP_FLOAT32] : [MVP_FLOAT32, MVP_BFLOAT16] {
            let a = TestMatrix(m, k, type, columnsFirst: columnsOfA, seed: 1)
            let b = TestMatrix(k, n, type, columnsFirst: columnsOfB, seed: 2)
            let c = TestMatrix(m, n, output, columnsFirst: false, seed: 3)
            let expected = c.sums(a, b, accumulate: accumulate)
            let padding = c.padding
            let multiply = way.amx ? amx_in_c_multiply : mvp_multiply
            #expect(
              multiply(a.view, b.view, c.view, m, n, k, accumulate, mvp_product_batch(count: 1, a: 0, b: 0, c: 0)))
            #expect(c.distance(from: expected) < c.tolerance(k: k), "\(m) x \(n) x \(k)")
            #expect(c.padding == padding, "\(m) x \(n) x \(k) wrote beside its columns")
          }
        }
      }
    }
  }

  @Test(arguments: ways)
  func packedSideServesAllRows(way: Way) {
    let type = way.type
    let (pack, multiply) = way.amx ? (amx_in_c_pack, amx_in_c_multiply_packed) : (mvp_pack, mvp_multiply_packed)
    for (m, n, k) in Self.sizes {
      for columnsOfB in [false, true] {
        let a = TestMatrix(m, k, type, columnsFirst: false, padding: 0, seed: 4)
        let weights = TestMatrix(k, n, MVP_FLOAT32, columnsFirst: columnsOfB, seed: 5)
        let bias = TestMatrix(1, n, MVP_FLOAT32, columnsFirst: false, seed: 6)
        let c = TestMatrix(m, n, MVP_FLOAT32, columnsFirst: false, seed: 7)
        let packed = mvp_allocate(way.amx ? amx_in_c_packed_bytes(k, n, type) : mvp_packed_bytes(k, n, type))
        defer { mvp_release(packed) }
        for first in stride(from: 0, to: n, by: mvp_panel_columns()) {
          #expect(pack(weights.view, k, n, first, min(mvp_panel_columns(), n - first), type, first % 64 == 0, packed))
        }
        if type == MVP_FLOAT32 {
          let again = TestMatrix(k, n, MVP_FLOAT32, columnsFirst: columnsOfB, seed: 8)
          mvp_unpack(packed, k, n, again.view)
          #expect((0..<k * n).allSatisfy { again[$0 / n, $0 % n] == weights[$0 / n, $0 % n] })
        }
        let multiplied = weights.rounded(to: way.amx ? MVP_BFLOAT16 : mvp_arithmetic(type))
        var expected = c.sums(a, multiplied, accumulate: false)
        for i in 0..<m { for j in 0..<n { expected[i * n + j] += bias[0, j] } }
        multiply(a.view, packed, c.view, m, n, k, false, bias.view.data.assumingMemoryBound(to: Float.self))
        #expect(c.distance(from: expected) < c.tolerance(k: k), "\(m) x \(n) x \(k)")
      }
    }
  }

  @Test func batchGoesFromMatrixToMatrix() {
    let (m, n, k) = (5, 19, 6)
    // Three products side by side in the columns of wider matrices, as the heads of a picture lie.
    let a = TestMatrix(m, 3 * k, MVP_FLOAT32, columnsFirst: false, seed: 8)
    let b = TestMatrix(k, 3 * n, MVP_FLOAT32, columnsFirst: false, seed: 9)
    let c = TestMatrix(m, 3 * n, MVP_FLOAT32, columnsFirst: false, seed: 10)
    #expect(mvp_multiply(a.view, b.view, c.view, m, n, k, false, mvp_product_batch(count: 3, a: k, b: n, c: n)))
    for (head, i, j) in [(0, 0, 0), (1, 4, 18), (2, 3, 7)] {
      let sum = (0..<k).reduce(0.0) { $0 + a[i, head * k + $1] * b[$1, head * n + j] }
      #expect(abs(c[i, head * n + j] - sum) < 1e-5)
    }
  }

  @Test func refusesWhatItCannotRead() {
    let a = TestMatrix(4, 4, MVP_FLOAT32, columnsFirst: false, seed: 11)
    var gapped = a.view
    (gapped.row, gapped.column) = (2, 2)
    let one = mvp_product_batch(count: 1, a: 0, b: 0, c: 0)
    #expect(!mvp_multiply(gapped, a.view, a.view, 2, 2, 2, false, one))
    #expect(!mvp_pack(gapped, 2, 2, 0, 2, MVP_FLOAT32, false, a.view.data))
  }
}
