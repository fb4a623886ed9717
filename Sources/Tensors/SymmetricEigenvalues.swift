import Foundation

/// Eigenvalues of a symmetric matrix, in no order: Householder's reduction to a tridiagonal matrix, then QL with
/// implicit shifts. Their errors are of the order of the rounding of the greatest.
///
/// Source: EISPACK's `tred1` and `imtql1` (Martin, Reinsch and Wilkinson 1968; Dubrulle, Martin and Wilkinson 1968).
/// - Parameter matrix: size * size values; those above the diagonal are not read.
package func symmetricEigenvalues(_ matrix: [Double], size: Int) -> [Double] {
  guard size > 1 else { return size == 1 ? [matrix[0]] : [] }
  var a = matrix
  var offDiagonal = [Double](repeating: 0, count: size)
  a.withUnsafeMutableBufferPointer { a in
    offDiagonal.withUnsafeMutableBufferPointer { reduce(a, size: size, offDiagonal: $0) }
  }
  var diagonal = (0..<size).map { a[$0 * size + $0] }
  offDiagonal.removeFirst()
  offDiagonal.append(0)
  diagonalise(&diagonal, &offDiagonal)
  return diagonal
}

/// Makes the lower triangle tridiagonal, from the last row up; `offDiagonal[i]` is then the entry (i, i - 1).
private func reduce(
  _ a: UnsafeMutableBufferPointer<Double>, size: Int, offDiagonal e: UnsafeMutableBufferPointer<Double>
) {
  for i in stride(from: size - 1, to: 0, by: -1) {
    let row = i * size
    var scale = 0.0
    for k in 0..<i { scale += abs(a[row + k]) }
    guard i > 1, scale > 0 else {
      e[i] = a[row + i - 1]
      continue
    }
    var h = 0.0
    for k in 0..<i {
      a[row + k] /= scale
      h += a[row + k] * a[row + k]
    }
    let last = a[row + i - 1]
    let g = last >= 0 ? -h.squareRoot() : h.squareRoot()
    e[i] = scale * g
    h -= last * g
    a[row + i - 1] = last - g
    // The product of the matrix with the reflection's vector, read along rows of the lower triangle.
    for j in 0..<i { e[j] = 0 }
    for j in 0..<i {
      let u = a[row + j]
      var sum = a[j * size + j] * u
      for k in 0..<j {
        sum += a[j * size + k] * a[row + k]
        e[k] += a[j * size + k] * u
      }
      e[j] += sum
    }
    var overlap = 0.0
    for j in 0..<i {
      e[j] /= h
      overlap += e[j] * a[row + j]
    }
    let half = overlap / (h + h)
    for j in 0..<i {
      let u = a[row + j]
      e[j] -= half * u
      let w = e[j]
      for k in 0...j { a[j * size + k] -= u * e[k] + w * a[row + k] }
    }
  }
}

/// The eigenvalues of a tridiagonal matrix take the place of its diagonal; `e[i]` is the entry (i + 1, i).
private func diagonalise(_ d: inout [Double], _ e: inout [Double]) {
  let size = d.count
  /// So many rotations find an eigenvalue of any finite matrix.
  let most = 60
  for l in 0..<size {
    for _ in 0..<most {
      var m = l
      while m < size - 1, abs(e[m]) > .ulpOfOne * (abs(d[m]) + abs(d[m + 1])) { m += 1 }
      if m == l { break }
      var g = (d[l + 1] - d[l]) / (2 * e[l])
      var r = hypot(g, 1)
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? abs(r) : -abs(r)))
      var (s, c, p) = (1.0, 1.0, 0.0)
      var isSplit = false
      for i in stride(from: m - 1, through: l, by: -1) {
        let f = s * e[i]
        let b = c * e[i]
        r = hypot(f, g)
        e[i + 1] = r
        guard r != 0 else {
          d[i + 1] -= p
          e[m] = 0
          isSplit = true
          break
        }
        s = f / r
        c = g / r
        g = d[i + 1] - p
        r = (d[i] - g) * s + 2 * c * b
        p = s * r
        d[i + 1] = g + p
        g = c * r - b
      }
      guard !isSplit else { continue }
      d[l] -= p
      e[l] = g
      e[m] = 0
    }
  }
}
