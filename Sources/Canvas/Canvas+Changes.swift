import Foundation

extension Canvas {
  /// Columns of a row of the grid whose cells another canvas of this size had otherwise.
  ///
  /// Most cells of a frame are those of the frame before, so their bytes are compared first; only what differs there is
  /// compared as cells.
  public func changes(since before: Canvas, row y: Int) -> [Int] {
    guard before.width == width, before.height == height, y >= 0, y < height else { return Array(0..<width) }
    return cells.withUnsafeBufferPointer { new in
      before.cells.withUnsafeBufferPointer { old in
        guard let now = new.baseAddress, let then = old.baseAddress else { return [] }
        let first = y * width
        if memcmp(now + first, then + first, width * MemoryLayout<Cell>.stride) == 0 { return [] }
        return (0..<width).filter { x in
          memcmp(now + first + x, then + first + x, MemoryLayout<Cell>.size) != 0 && new[first + x] != old[first + x]
        }
      }
    }
  }
}
