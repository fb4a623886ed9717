import ArrayDifference
import CKernels
import COtherCPUs
import Testing

/// The products of `CKernels` against sums in Double, with every way in which their sides may lie.
@Suite(.enabled(if: mvp_products_supported(MVP_FLOAT32)))
struct NativeProductTests {
  /// Sizes around those of tiles (14 rows; AMX: 16 rows, 32 of k), panels (16 and 32 columns), parts of k (512 and 1024
  /// units; AMX: 768 of k), groups of panels (AMX: 32), and rows a page apart.
  static let sizes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (1, 17, 3), (14, 32, 8), (13, 16, 7), (15, 33, 5), (29, 31, 1030), (29, 49, 1), (3, 20, 2050),
    (65, 65, 64),
    (65, 64, 65), (60, 48, 1024), (200, 35, 513), (17, 1090, 33),
  ]
  /// The products of a kind of CPU: of this one, or of others, compiled once more.
  struct Way: CustomTestStringConvertible, Sendable {
    enum CPU: Sendable { case own, amxInC, byDot, widened }
    var type: mvp_type
    var cpu = CPU.own

    var testDescription: String { "\(type == MVP_BFLOAT16 ? "bf16" : "fp32") \(cpu)" }

    /// The type in which its elements are multiplied.
    var multiplied: mvp_type {
      switch cpu {
      case .own: mvp_arithmetic(type)
      case .amxInC, .byDot: MVP_BFLOAT16
      case .widened: MVP_FLOAT32
      }
    }

    var multiply: (mvp_matrix, mvp_matrix, mvp_matrix, Int, Int, Int, Bool, mvp_product_batch) -> Bool {
      switch cpu {
      case .own: mvp_multiply
      case .amxInC: amx_in_c_multiply
      case .byDot: by_dot_multiply
      case .widened: widened_multiply
      }
    }

    /// C = A B + bias, B packed panel by panel.
    func multiplyPacked(
      _ a: TestMatrix, _ b: TestMatrix, into c: TestMatrix, bias: TestMatrix, rows: Range<Int>, n: Int, k: Int
    ) {
      let (bytes, pack, multiply) =
        switch cpu {
        case .own: (mvp_packed_bytes, mvp_pack, mvp_multiply_packed)
        case .amxInC: (amx_in_c_packed_bytes, amx_in_c_pack, amx_in_c_multiply_packed)
        case .byDot: (by_dot_packed_bytes, by_dot_pack, by_dot_multiply_packed)
        case .widened: (widened_packed_bytes, widened_pack, widened_multiply_packed)
        }
      let packed = mvp_allocate(bytes(k, n, type))
      defer { mvp_release(packed) }
      let columns = mvp_panel_columns()
      for first in stride(from: 0, to: n, by: columns) {
        #expect(pack(b.view, k, n, first, min(columns, n - first), type, first % 64 == 0, packed))
      }
      multiply(
        a.view(fromRow: rows.lowerBound), packed, c.view(fromRow: rows.lowerBound), rows.count, n, k, false,
        bias.view.data.assumingMemoryBound(to: Float.self))
    }
  }

  static let types = [MVP_FLOAT32, MVP_BFLOAT16].filter { mvp_products_supported($0) }
  static let one = mvp_product_batch(count: 1, a: 0, b: 0, c: 0)

  /// As this CPU computes, and bfloat16 also as others do.
  static let ways = types.flatMap { type in
    type == MVP_BFLOAT16
      ? [Way.CPU.own, .amxInC, .byDot, .widened].map { Way(type: type, cpu: $0) } : [Way(type: type)]
  }

  /// Sides of a product: the left of the way's type, the right of that or of float32.
  static func rightTypes(_ way: Way) -> [mvp_type] {
    way.type == MVP_FLOAT32 ? [MVP_FLOAT32] : [MVP_BFLOAT16, MVP_FLOAT32]
  }

  @Test(arguments: ways, [false, true])
  func agreesWithPlainSums(way: Way, accumulate: Bool) {
    let type = way.type
    for (m, n, k) in Self.sizes {
      for columnsOfA in [false, true] {
        for columnsOfB in [false, true] {
          for (right, output) in Self.rightTypes(way).flatMap({ right in Self.rightTypes(way).map { (right, $0) } }) {
            let a = TestMatrix(m, k, type, columnsFirst: columnsOfA, seed: 1)
            let b = TestMatrix(k, n, right, columnsFirst: columnsOfB, seed: 2)
            let c = TestMatrix(m, n, output, columnsFirst: false, seed: 3)
            let expected = c.sums(a, right == type ? b : b.rounded(to: way.multiplied), accumulate: accumulate)
            let padding = c.padding
            #expect(way.multiply(a.view, b.view, c.view, m, n, k, accumulate, Self.one))
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
    for (m, n, k) in Self.sizes {
      for columnsOfB in [false, true] {
        let a = TestMatrix(m, k, type, columnsFirst: false, padding: 0, seed: 4)
        let weights = TestMatrix(k, n, MVP_FLOAT32, columnsFirst: columnsOfB, seed: 5)
        let bias = TestMatrix(1, n, MVP_FLOAT32, columnsFirst: false, seed: 6)
        let c = TestMatrix(m, n, MVP_FLOAT32, columnsFirst: false, seed: 7)
        var expected = c.sums(a, weights.rounded(to: way.multiplied), accumulate: false)
        for i in 0..<m { for j in 0..<n { expected[i * n + j] += bias[0, j] } }
        way.multiplyPacked(a, weights, into: c, bias: bias, rows: 0..<m, n: n, k: k)
        #expect(c.distance(from: expected) < c.tolerance(k: k), "\(m) x \(n) x \(k)")
      }
    }
  }

  /// What makes results independent of how work is dealt out to cores: an element of a product has the same bits in any
  /// piece of it.
  @Test(arguments: ways)
  func bitsDoNotDependOnThePiece(way: Way) {
    for (m, n, k) in Self.sizes + [(64, 130, 200), (64, 200, 130), (71, 201, 769)] {
      for (columnsOfA, columnsOfB) in [(false, false), (false, true), (true, false), (true, true)] {
        for (right, output) in Self.rightTypes(way).flatMap({ right in Self.rightTypes(way).map { (right, $0) } }) {
          let a = TestMatrix(m, k, way.type, columnsFirst: columnsOfA, seed: 1)
          let b = TestMatrix(k, n, right, columnsFirst: columnsOfB, seed: 2)
          let whole = TestMatrix(m, n, output, columnsFirst: false, seed: 3)
          #expect(way.multiply(a.view, b.view, whole.view, m, n, k, false, Self.one))
          for (rows, columns) in [(1, n), (13, 16), (16, 48), (45, n), (m, 32)] {
            let pieces = TestMatrix(m, n, output, columnsFirst: false, seed: 3)
            for i in stride(from: 0, to: m, by: rows) {
              for j in stride(from: 0, to: n, by: columns) {
                #expect(
                  way.multiply(
                    a.view(fromRow: i), b.view(fromRow: 0, column: j), pieces.view(fromRow: i, column: j),
                    min(rows, m - i),
                    min(columns, n - j), k, false, Self.one))
              }
            }
            let difference = difference(pieces.values, whole.values)
            #expect(difference == nil, "\(m) x \(n) x \(k) in pieces of \(rows) x \(columns)")
          }
        }
      }
    }
  }

  @Test(arguments: ways)
  func bitsDoNotDependOnTheRowsOfAPackedSide(way: Way) {
    for (m, n, k) in Self.sizes + [(64, 130, 200), (71, 201, 769)] {
      let a = TestMatrix(m, k, way.type, columnsFirst: false, seed: 4)
      let weights = TestMatrix(k, n, MVP_FLOAT32, columnsFirst: true, seed: 5)
      let bias = TestMatrix(1, n, MVP_FLOAT32, columnsFirst: false, seed: 6)
      let whole = TestMatrix(m, n, way.type, columnsFirst: false, seed: 7)
      way.multiplyPacked(a, weights, into: whole, bias: bias, rows: 0..<m, n: n, k: k)
      for rows in [1, 13, 16, 45] {
        let pieces = TestMatrix(m, n, way.type, columnsFirst: false, seed: 7)
        for i in stride(from: 0, to: m, by: rows) {
          way.multiplyPacked(a, weights, into: pieces, bias: bias, rows: i..<min(m, i + rows), n: n, k: k)
        }
        #expect(difference(pieces.values, whole.values) == nil, "\(m) x \(n) x \(k) in pieces of \(rows) rows")
      }
    }
  }

  @Test func panelsAreUnpacked() {
    for (_, n, k) in Self.sizes {
      for columnsOfB in [false, true] {
        let weights = TestMatrix(k, n, MVP_FLOAT32, columnsFirst: columnsOfB, seed: 5)
        let again = TestMatrix(k, n, MVP_FLOAT32, columnsFirst: columnsOfB, seed: 8)
        let packed = mvp_allocate(mvp_packed_bytes(k, n, MVP_FLOAT32))
        defer { mvp_release(packed) }
        #expect(mvp_pack(weights.view, k, n, 0, n, MVP_FLOAT32, false, packed))
        mvp_unpack(packed, k, n, again.view)
        #expect(difference(again.values, weights.values) == nil)
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
    #expect(!mvp_multiply(gapped, a.view, a.view, 2, 2, 2, false, Self.one))
    let narrow = TestMatrix(4, 4, MVP_BFLOAT16, columnsFirst: false, seed: 12)
    #expect(!mvp_multiply(a.view, narrow.view, a.view, 4, 4, 4, false, Self.one))
    #expect(!mvp_pack(gapped, 2, 2, 0, 2, MVP_FLOAT32, false, a.view.data))
  }
}
