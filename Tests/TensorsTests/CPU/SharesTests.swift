import CKernels
import Dispatch
import Synchronization
import Testing

@Suite struct SharesTests {
  /// Whoever takes, everything is dealt out once, and in pieces that are not too long.
  @Test(arguments: [1, 2, 3, 5], [0, 1, 7, 1000])
  func everythingIsTakenOnce(parts: Int, count: Int) {
    let taken = Mutex([Int](repeating: 0, count: count))
    nonisolated(unsafe) let shares = UnsafeMutablePointer<mvp_share>.allocate(capacity: parts)
    defer { shares.deallocate() }
    mvp_deal(shares, parts, count)
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      var (begin, end) = (0, 0)
      while mvp_take(shares, parts, part, 1, 4, &begin, &end) {
        #expect(begin < end && end - begin <= 4)
        let range = begin..<end
        taken.withLock { counts in for index in range { counts[index] += 1 } }
      }
    }
    #expect(taken.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func ownShareComesFirstAndOthersFromTheBack() {
    let shares = UnsafeMutablePointer<mvp_share>.allocate(capacity: 2)
    defer { shares.deallocate() }
    mvp_deal(shares, 2, 8)
    var pieces: [Range<Int>] = []
    var (begin, end) = (0, 0)
    while mvp_take(shares, 2, 1, 1, 2, &begin, &end) { pieces.append(begin..<end) }
    #expect(pieces == [4..<6, 6..<7, 7..<8, 2..<4, 1..<2, 0..<1])
  }

  @Test func piecesAreNotTooShort() {
    let shares = UnsafeMutablePointer<mvp_share>.allocate(capacity: 1)
    defer { shares.deallocate() }
    mvp_deal(shares, 1, 17)
    var pieces: [Int] = []
    var (begin, end) = (0, 0)
    while mvp_take(shares, 1, 0, 3, 5, &begin, &end) { pieces.append(end - begin) }
    #expect(pieces == [5, 5, 4, 3])
  }
}
