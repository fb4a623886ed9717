import Measures
import Models
import Pretraining
import Testing

/// Attention of a token of a preview picture, in any block and head of student and teachers.
@Suite struct AttentionTests {
  @Test func headsAddUpToTheirMeanAndEverythingToOne() throws {
    let trainer = try TinyRun().trainer()
    let mean = try trainer.attention(AttentionQuery(index: 1))
    #expect(mean.query.block == 2 && mean.blocks == 2 && mean.patches.count == 4)
    // What every inspection has, is CLS in the last block.
    #expect(mean.patches == (try trainer.inspect(1).attention))
    for teacher in [nil, "clip"] {
      for patch in [nil, 0, 3] {
        var query = AttentionQuery(index: 1, teacher: teacher, patch: patch, block: 1)
        let whole = try trainer.attention(query)
        var sum = [Float](repeating: 0, count: 4)
        for head in 1...whole.heads {
          query.head = head
          let one = try trainer.attention(query)
          #expect(one.query.head == head)
          #expect(abs(one.patches.reduce(one.cls, +) - 1) < 1e-5)
          sum = zip(sum, one.patches).map { $0 + $1 / Float(whole.heads) }
        }
        #expect(zip(sum, whole.patches).allSatisfy { abs($0 - $1) < 1e-6 })
      }
    }
    #expect(
      try trainer.attention(AttentionQuery(index: 1, patch: 0)).patches
        != trainer.attention(AttentionQuery(index: 1, patch: 1)).patches)
  }

  @Test func blocksCountFromBothEnds() throws {
    let trainer = try TinyRun().trainer()
    let first = try trainer.attention(AttentionQuery(index: 0, block: 1))
    #expect(first == (try trainer.attention(AttentionQuery(index: 0, block: -1))))
    #expect(first.patches != (try trainer.attention(AttentionQuery(index: 0)).patches))
    // Beyond the ends lie the ends.
    let beyond = try trainer.attention(AttentionQuery(index: 0, block: 9, head: 99))
    #expect(beyond.query.block == 2 && beyond.query.head == beyond.heads)
  }

  @Test func targetsWithoutANetworkAreRefused() throws {
    let computed = MadeUpGuidance(name: "made") { Float($0 % 7) - 3 }
    let trainer = try TinyRun(guidances: [computed]).trainer()
    let error = #expect(throws: TrainerError.self) {
      try trainer.attention(AttentionQuery(index: 0, teacher: "made"))
    }
    #expect(error?.description.contains("no network attends") == true)
    #expect(throws: TrainerError.self) { try trainer.attention(AttentionQuery(index: 0, teacher: "nobody")) }
  }

  @Test func lookingChangesNothing() throws {
    let (plain, watched) = (try TinyRun(dropPath: 0.2).trainer(), try TinyRun(dropPath: 0.2).trainer())
    for step in 0..<3 {
      _ = try watched.attention(AttentionQuery(index: step, patch: step, block: 1, head: 1))
      _ = try watched.attention(AttentionQuery(index: step, teacher: "dino"))
      #expect(try plain.applied().loss == watched.applied().loss)
    }
  }
}
