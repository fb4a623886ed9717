import ArrayDifference
import Testing

/// A comparison that fails says in a line what differs, however long the arrays.
@Suite struct ArrayDifferenceTests {
  @Test func saysHowManyWhereAndByHowMuch() {
    var other = [Float](repeating: 0.5, count: 8320)
    let same = other
    #expect(difference(other, same) == nil)
    other[6861] = 0.75
    other[7000] = 1.5
    #expect(
      difference(other, same)
        == "2 of 8320 differ, the first at 6861: 0.75 where 0.5 is expected; the largest difference is 1.0")
    #expect(difference([other, other], [other, same])?.hasPrefix("array 1: 2 of 8320 differ") == true)
    #expect(difference(["w": other], ["w": same])?.hasPrefix("w: 2 of 8320 differ") == true)
    #expect(difference(["w": other], ["v": same]) == "1 arrays where 1 are expected; only one side has v, w")
  }

  @Test func lengthsZerosAndWhatIsNoNumberCount() {
    #expect(difference([1, 2], [1]) == "2 values where 1 are expected")
    #expect(difference([[Float]](), [[1]]) == "0 arrays where 1 are expected")
    #expect(difference([Float(0)], [-0.0])?.contains("0.0 where -0.0 is expected") == true)
    #expect(difference([Float.nan], [.nan])?.contains("the largest difference is nan") == true)
    #expect(difference([UInt8(3)], [200])?.hasSuffix("is 197") == true)
  }
}
