import Tensors
import Testing

/// Expectations cannot change what they look at; a class can.
private final class Held {
  private var arena: Arena

  init(leastChunk: Int) { arena = Arena(leastChunk: leastChunk) }

  func take(_ bytes: Int) -> UnsafeMutableRawPointer? { arena.take(bytes) }
  func chunkSize(for bytes: Int) -> Int { arena.chunkSize(for: bytes) }
  func add(_ chunk: UnsafeMutableRawPointer, bytes: Int) { arena.add(chunk, bytes: bytes) }
  func giveBack(_ block: UnsafeMutableRawPointer, bytes: Int) { arena.giveBack(block, bytes: bytes) }
}

@Suite struct ArenaTests {
  private let page = 4096

  private func chunk(_ bytes: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
  }

  @Test func whatWasFreedInPiecesIsTakenWhole() throws {
    let arena = Held(leastChunk: 8 * page)
    #expect(arena.take(page) == nil)
    #expect(arena.chunkSize(for: page) == 8 * page && arena.chunkSize(for: 9 * page) == 9 * page)
    let memory = chunk(8 * page)
    defer { memory.deallocate() }
    arena.add(memory, bytes: 8 * page)
    let blocks = try (0..<8).map { _ in try #require(arena.take(page)) }
    #expect(blocks == (0..<8).map { memory + $0 * page } && arena.take(page) == nil)
    // Between its neighbours, before one, behind one: they lie together again.
    for index in [1, 5, 2, 0, 7, 6, 4, 3] { arena.giveBack(blocks[index], bytes: page) }
    #expect(arena.take(8 * page) == memory)
  }

  @Test func theSmallestGapThatFitsIsTaken() throws {
    let arena = Held(leastChunk: page)
    let memory = chunk(10 * page)
    defer { memory.deallocate() }
    arena.add(memory, bytes: 10 * page)
    let sizes = [3, 1, 2, 1, 3].map { $0 * page }
    let blocks = try sizes.map { try #require(arena.take($0)) }
    for index in [0, 2, 4] { arena.giveBack(blocks[index], bytes: sizes[index]) }
    #expect(arena.take(2 * page) == blocks[2])
    #expect(arena.take(page) == blocks[0])
    #expect(arena.take(3 * page) == blocks[4])
    #expect(arena.take(3 * page) == nil)
  }

  /// Chunks that happen to lie side by side stay apart: a block never reaches over the end of one.
  @Test func chunksAreNotJoined() throws {
    let arena = Held(leastChunk: page)
    let memory = chunk(4 * page)
    defer { memory.deallocate() }
    arena.add(memory, bytes: 2 * page)
    arena.add(memory + 2 * page, bytes: 2 * page)
    #expect(arena.take(3 * page) == nil)
    let (first, second) = (try #require(arena.take(2 * page)), try #require(arena.take(2 * page)))
    arena.giveBack(second, bytes: 2 * page)
    arena.giveBack(first, bytes: 2 * page)
    #expect(arena.take(4 * page) == nil)
  }

  /// Against a plain list of what is in use: blocks never overlap, and nothing is lost.
  @Test func blocksNeverOverlap() throws {
    let arena = Held(leastChunk: 64 * page)
    let memory = chunk(64 * page)
    defer { memory.deallocate() }
    arena.add(memory, bytes: 64 * page)
    var random = Philox(seed: 7, purpose: .other)
    var used: [(start: UnsafeMutableRawPointer, bytes: Int)] = []
    for _ in 0..<4000 {
      if used.isEmpty || random.uniform() < 0.55 {
        let bytes = (1 + random.below(12)) * page
        guard let block = arena.take(bytes) else { continue }
        #expect(block >= memory && block + bytes <= memory + 64 * page)
        #expect(used.allSatisfy { block + bytes <= $0.start || $0.start + $0.bytes <= block })
        used.append((block, bytes))
      } else {
        let block = used.remove(at: random.below(used.count))
        arena.giveBack(block.start, bytes: block.bytes)
      }
    }
    for block in used { arena.giveBack(block.start, bytes: block.bytes) }
    #expect(arena.take(64 * page) == memory)
  }
}
