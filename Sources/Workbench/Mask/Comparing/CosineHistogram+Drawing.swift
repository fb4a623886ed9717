import Canvas

extension CosineHistogram {
  /// Rows beside those of the bins: whose column it is, and its mean.
  static let furniture = 2
  private static let labelColumns = 4

  /// A row a bin: its least cosine, and a count with a bar for masked and for visible patches.
  func draw(bar: String, on canvas: inout Canvas) {
    let half = max(1, (canvas.columns - Self.labelColumns) / 2)
    let columns = [Self.labelColumns, Self.labelColumns + half]
    let digits = String(max(masked?.count ?? 0, visible?.count ?? 0)).count
    let most = max(1, bins.map { max($0.masked, $0.visible) }.max() ?? 1)
    let roles = [Role.masked, .text]
    for (place, name) in [("masked", "msk"), ("visible", "vis")].enumerated() {
      let (long, short) = name
      let text = displayWidth(long) + 1 < half ? long : short
      canvas.write(fitted(text, half - 1), x: columns[place] + 1, y: 0, style: Style(roles[place], .bold))
    }
    for (row, bin) in bins.enumerated() where row + 1 < canvas.rows {
      canvas.write(fitted(shortCosineText(bin.low), Self.labelColumns, alignment: .right), x: 0, y: row + 1, .dim)
      for (place, count) in [bin.masked, bin.visible].enumerated() where count > 0 {
        let x = columns[place] + 1
        let room = max(0, half - digits - 3)
        let length = min(room, max(1, Int((Double(count) / Double(most) * Double(room)).rounded())))
        let end = canvas.write(
          fitted("\(count)", digits, alignment: .right) + " ", x: x, y: row + 1, roles[place], .bold)
        canvas.write(String(repeating: bar, count: length), x: end, y: row + 1, roles[place])
      }
    }
    guard bins.count + 1 < canvas.rows else { return }
    canvas.write("mean", x: 0, y: bins.count + 1, .dim)
    for (place, part) in [masked, visible].enumerated() {
      guard let part else { continue }
      let text = "\(shortCosineText(part.mean)) of \(part.count)"
      canvas.write(fitted(text, half - 1), x: columns[place] + 1, y: bins.count + 1, roles[place])
    }
  }
}
