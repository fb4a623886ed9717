import Measures
import Testing

@Suite struct PatchSimilarityTests {
  @Test func cosinesComeBackByPatch() throws {
    let patches = 5
    let cosines = (0..<(patches * patches)).map { place -> Float in
      let (row, column) = (place / patches, place % patches)
      return row == column ? 1 : Float(row + column) / 10 - 0.4
    }
    let similarity = try #require(PatchSimilarity(cosines: cosines, patches: patches))
    #expect(similarity.bytes.count == 15)
    for patch in 0..<patches {
      let found = try #require(similarity.cosines(of: patch, patches: patches))
      #expect(zip(found, cosines[(patch * patches)...]).allSatisfy { abs($0 - $1) < 0.005 })
    }
    let means = try #require(similarity.meanCosines(patches: patches))
    for patch in 0..<patches {
      let mean = cosines[(patch * patches)..<((patch + 1) * patches)].reduce(0, +) / Float(patches)
      #expect(abs(means[patch] - mean) < 0.005)
    }
  }

  @Test func whatDoesNotFitIsNone() throws {
    #expect(PatchSimilarity(cosines: [1, 0], patches: 2) == nil)
    #expect(PatchSimilarity(cosines: Array(repeating: 0, count: 257 * 257), patches: 257) == nil)
    let odd = try #require(PatchSimilarity(cosines: [1, .nan, .nan, 1], patches: 2))
    #expect(odd.cosines(of: 0, patches: 2) == [1, 0])
    #expect(odd.cosines(of: 2, patches: 2) == nil && odd.cosines(of: -1, patches: 2) == nil)
    #expect(odd.cosines(of: 0, patches: 3) == nil && odd.meanCosines(patches: 3) == nil)
  }
}
