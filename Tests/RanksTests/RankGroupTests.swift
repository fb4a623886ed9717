import Foundation
import Ranks
import Testing

/// Ranks as threads of this process.
@Suite struct RankGroupTests {
  @Test(arguments: [1, 2, 3, 5]) func sumsAreThoseOfAllRanksInTheirOrder(count: Int) throws {
    // Shares whose sum depends on the order, and a length that no number of ranks divides.
    let length = 1237
    @Sendable func share(_ rank: Int) -> [Float] {
      (0..<length).map { Float($0 * (rank + 3) % 101) * 1e4 + 1 / Float(rank + 7) }
    }
    var expected = share(0)
    for rank in 1..<max(count, 1) { expected = zip(expected, share(rank)).map { $0 + $1 } }
    let sums = try onRanks(count) { group in
      let sum = try BucketSum(count: length, in: group) { _ = $0.update(fromContentsOf: share(group.rank)) }
      try group.finish([sum])
      return Array(sum.values)
    }
    #expect(sums.count == count)
    for sum in sums { #expect(sum == expected) }
  }

  /// Half the bytes: every rank has the same bits, and they are those of rounded parts.
  @Test(arguments: [1, 2, 3, 5]) func halvesAreRoundedAlikeOnAllRanks(count: Int) throws {
    let length = 1237
    @Sendable func share(_ rank: Int) -> [Float] {
      (0..<length).map {
        $0 == 7 ? .nan : $0 == 8 ? .infinity : Float($0 * (rank + 3) % 101) * 1e4 + 1 / Float(rank + 7)
      }
    }
    func rounded(_ value: Float) -> Float {
      guard value.isFinite else { return value }
      let bits = value.bitPattern
      return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
    var expected = share(0).map(rounded)
    for rank in 1..<max(count, 1) { expected = zip(expected, share(rank)).map { $0 + rounded($1) } }
    expected = expected.map(rounded)
    let sums = try onRanks(count) { group in
      let beside = SumsBeside(group, form: .bfloat16)
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: length)
      _ = values.update(fromContentsOf: share(group.rank))
      beside.add(values)
      return try beside.finish().flatMap { Array($0.values) }
    }
    #expect(sums.count == count)
    for sum in sums {
      #expect(sum.count == length && sum[7].isNaN && sum[8] == .infinity)
      for at in sum.indices where at != 7 { #expect(sum[at].bitPattern == expected[at].bitPattern, "\(at)") }
    }
  }

  @Test func severalSumsAtOnceDoNotMix() throws {
    let sums = try onRanks(3) { group in
      let both = try (1...4).map { number in
        try BucketSum(count: 10 * number, in: group) { $0.update(repeating: Float(number * (group.rank + 1))) }
      }
      try group.finish(both)
      return both.map { Array($0.values) }
    }
    for sum in sums {
      for (number, values) in zip(1..., sum) {
        #expect(values == [Float](repeating: Float(6 * number), count: 10 * number))
      }
    }
  }

  @Test func whatRanksGiveIsGatheredByRank() throws {
    let all = try onRanks(4) { group in
      try group.gather([UInt8](repeating: UInt8(group.rank), count: 3 * group.rank), what: "words")
    }
    for gathered in all {
      #expect(gathered.map(\.count) == [0, 3, 6, 9])
      #expect(gathered[3] == [3, 3, 3, 3, 3, 3, 3, 3, 3])
    }
  }

  @Test func rankZeroIsHeardByAll() throws {
    let heard = try onRanks(3) { group in
      let first = try group.broadcast(group.rank == 0 ? Array("one".utf8) : nil, what: "words")
      let empty = try group.broadcast(group.rank == 0 ? [] : nil, what: "words", waits: true)
      let last = try group.broadcast(group.rank == 0 ? Array("three".utf8) : nil, what: "words")
      return [first, empty, last].map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(heard == [["one", "", "three"], ["one", "", "three"], ["one", "", "three"]])
  }

  /// Who waits in vain names whom it waited for, and makes no further call.
  @Test func aSilentRankIsNamed() throws {
    let said = try onRanks(3, patience: 0.3) { group -> [String] in
      guard group.rank < 2 else { return [] }
      return (0..<2).map { _ in
        do {
          _ = try group.gather([1], what: "word")
          return "answered"
        } catch { return "\(error)" }
      }
    }
    for words in said.prefix(2) {
      #expect(words[0].hasPrefix("rank 2 on memory gave no word for 0 s: it died, hangs or cannot be reached"))
      #expect(words[1] == "the ranks no longer train together: one of them was given up.")
    }
  }

  @Test func whoIsToEndWaitsNoLonger() throws {
    let seconds = try onRanks(2, patience: 60, grace: 0.2) { group -> Double in
      guard group.rank == 0 else { return 0 }
      group.hurry()
      let start = ContinuousClock.now
      #expect(throws: RankError.self) { try group.gather([1], what: "word") }
      return start.duration(to: .now) / .seconds(1)
    }
    #expect(seconds[0] < 20)
  }

  @Test func theWayInWhichProcessesWereStartedIsKnown() {
    #expect(RankLaunch(environment: [:]) == .alone)
    #expect(RankLaunch(environment: ["OMPI_COMM_WORLD_SIZE": "1"]) == .alone)
    #expect(RankLaunch(environment: ["OMPI_COMM_WORLD_SIZE": "4"]) == .ranks(count: 4))
    #expect(
      RankLaunch(environment: ["PMIX_NAMESPACE": "a", "SLURM_STEP_NUM_TASKS": "3"]) == .ranks(count: 3))
    #expect(RankLaunch(environment: ["SLURM_STEP_NUM_TASKS": "1", "SLURM_JOB_ID": "7"]) == .alone)
    guard case .unreachable(let why) = RankLaunch(environment: ["SLURM_STEP_NUM_TASKS": "3"]) else {
      Issue.record("tasks that do not find each other were taken for ranks")
      return
    }
    #expect(why.contains("srun --mpi=pmix"))
    guard case .unreachable = RankLaunch(environment: ["PMI_SIZE": "2"]) else {
      Issue.record("another MPI was taken for OpenMPI")
      return
    }
  }
}
