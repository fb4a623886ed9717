import Tensors

/// Visible patches at regular distances, as MAE's grid-wise sampling (MAE, section 4.1): of each square of 2 x 2
/// patches the same place stays visible, then a second and a third, until the number is reached.
///
/// The order of the four places is drawn, and so are the squares where the last place is not needed everywhere: with
/// three quarters masked on an even grid one patch of every square is seen.
/// - Parameter masked: in `0...rows * columns`.
/// - Returns: `rows * columns` entries, row by row, true = masked.
package func gridMask(rows: Int, columns: Int, masked: Int, using generator: inout Philox) -> [Bool] {
  var mask = [Bool](repeating: true, count: rows * columns)
  var visible = rows * columns - masked
  for place in shuffled([0, 1, 2, 3], using: &generator) {
    var patches: [Int] = []
    for row in stride(from: place / 2, to: rows, by: 2) {
      for column in stride(from: place % 2, to: columns, by: 2) { patches.append(row * columns + column) }
    }
    if patches.count > visible { patches = shuffled(patches, using: &generator) }
    for patch in patches.prefix(visible) { mask[patch] = false }
    visible -= min(visible, patches.count)
  }
  return mask
}

private func shuffled(_ values: [Int], using generator: inout Philox) -> [Int] {
  var values = values
  for place in values.indices.dropLast() {
    values.swapAt(place, place + generator.below(values.count - place))
  }
  return values
}
