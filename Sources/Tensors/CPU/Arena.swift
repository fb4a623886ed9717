/// Memory for large blocks: chunks from the system, from which blocks are cut, and into which they go back to lie with
/// their neighbours. So memory that a backward pass has let go of serves the next blocks, of whatever size, e.g. the
/// gradients. Not thread-safe.
package struct Arena {
  /// What is free, by address; neighbours in one chunk are always one extent.
  private struct Extent {
    var start: UInt
    var size: Int
    var chunk: UInt
    var end: UInt { start + UInt(size) }
  }

  private var free: [Extent] = []
  /// Chunk of every block in use.
  private var chunks: [UInt: UInt] = [:]
  private let leastChunk: Int

  /// - Parameter leastChunk: fewest bytes of a chunk. Pages that nothing was cut from yet take no
  ///   memory.
  package init(leastChunk: Int) { self.leastChunk = leastChunk }

  /// A block cut from the smallest free extent that holds it.
  /// - Parameter bytes: a multiple of the alignment that blocks are to have.
  /// - Returns: nil if no extent does; see ``add(_:bytes:)``.
  package mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var best: Int?
    for (index, extent) in free.enumerated() where extent.size >= bytes {
      if extent.size < best.map({ free[$0].size }) ?? .max { best = index }
    }
    guard let best else { return nil }
    let extent = free[best]
    if extent.size == bytes {
      free.remove(at: best)
    } else {
      free[best].start += UInt(bytes)
      free[best].size -= bytes
    }
    chunks[extent.start] = extent.chunk
    return UnsafeMutableRawPointer(bitPattern: extent.start)
  }

  /// How large a chunk has to be from which `bytes` can be cut.
  package func chunkSize(for bytes: Int) -> Int { max(bytes, leastChunk) }

  /// Takes a chunk of the system's memory over.
  package mutating func add(_ chunk: UnsafeMutableRawPointer, bytes: Int) {
    let start = UInt(bitPattern: chunk)
    insert(Extent(start: start, size: bytes, chunk: start))
  }

  /// - Parameter bytes: as it was taken.
  package mutating func giveBack(_ block: UnsafeMutableRawPointer, bytes: Int) {
    let start = UInt(bitPattern: block)
    guard let chunk = chunks.removeValue(forKey: start) else {
      preconditionFailure("a block that was not taken, or that was given back before")
    }
    insert(Extent(start: start, size: bytes, chunk: chunk))
  }

  private mutating func insert(_ extent: Extent) {
    var extent = extent
    var place = firstIndex(from: extent.start)
    if place < free.count, free[place].chunk == extent.chunk, free[place].start == extent.end {
      extent.size += free[place].size
      free.remove(at: place)
    }
    if place > 0, free[place - 1].chunk == extent.chunk, free[place - 1].end == extent.start {
      place -= 1
      extent.size += free[place].size
      extent.start = free[place].start
      free[place] = extent
    } else {
      free.insert(extent, at: place)
    }
  }

  /// Of the free extents the first that begins at `address` or behind it.
  private func firstIndex(from address: UInt) -> Int {
    var (low, high) = (0, free.count)
    while low < high {
      let middle = (low + high) / 2
      if free[middle].start < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
