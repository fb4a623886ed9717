import Tensors

/// Codes of a picture's patches as rows that can be compared and coloured: what each code stands for where that is
/// known, else a row of its own for each.
struct CodeLooks {
  private let codes: Int
  private let book: [Float]
  private let width: Int

  /// nil where the targets of a guidance are features.
  init?(_ guidance: any Guidance) {
    guard let codes = guidance.codes else { return nil }
    self.codes = codes
    book = guidance.codebook?.array() ?? []
    width = book.isEmpty ? min(codes, Self.most) : book.count / codes
  }

  /// Rows that are made up have no more values: codes beyond share them.
  private static let most = 256

  /// - Parameter targets: [1, 1 + M, 1]
  /// - Returns: M rows
  func rows(_ targets: Tensor) -> [Float] { rows(Objective.codes(of: targets).dropFirst()) }

  /// - Parameter predictions: [1, 1 + M, codes]
  func rows(told predictions: Tensor) -> [Float] { rows(rowArgmax(predictions).dropFirst()) }

  private func rows(_ patches: ArraySlice<Int32>) -> [Float] {
    patches.flatMap { code -> [Float] in
      let code = Int(code)
      guard (0..<codes).contains(code) else { return [Float](repeating: 0, count: width) }
      if !book.isEmpty { return Array(book[code * width..<(code + 1) * width]) }
      var row = [Float](repeating: 0, count: width)
      row[code % width] = 1
      return row
    }
  }
}
