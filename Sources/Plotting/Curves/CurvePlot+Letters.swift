import Canvas

extension CurvePlot {
  private static let letterColumns = 24

  /// The letter of a curve stands at its end, and every few columns before, not where those of other curves stand:
  /// where curves end in one cell, the letters of those below stand further to the left.
  func drawLetters(_ curves: [Curve], _ lines: [DotRaster], placing: PlotPlacing, on canvas: inout Canvas) {
    var taken: Set<[Int]> = []
    func write(_ curve: Curve, _ letter: Character, _ column: Int, _ row: Int) {
      let step = horizontal.axis == .step ? placing.x(column: column) : .infinity
      canvas.write(String(letter), x: column, y: row, style: Style(curve.role(at: step), .bold))
    }
    // The run that is watched is the last one, and chooses first.
    for (index, (curve, line)) in zip(curves, lines).enumerated().reversed() {
      guard let letter = curve.letter else { continue }
      let cells = (0..<canvas.columns).compactMap { column in
        (0..<canvas.rows).first { !line.isEmpty(column: column, row: $0) }.map { [column, $0] }
      }
      guard let end = cells.last(where: { !taken.contains($0) }) else { continue }
      let phase = (index * 7 + 5) % Self.letterColumns
      for cell in cells
      where cell == end || cell[0] % Self.letterColumns == phase && end[0] - cell[0] > 6 && !taken.contains(cell) {
        write(curve, letter, cell[0], cell[1])
        taken.insert(cell)
      }
    }
  }
}
