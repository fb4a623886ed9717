/// A sum over all ranks that is under way.
package protocol RankSum: AnyObject {
  /// The own vector, then the sum.
  var values: UnsafeMutableBufferPointer<Float> { get }
  /// Drives what is under way; true once ``values`` is the sum.
  func advance() throws -> Bool
  /// Ranks that keep it waiting.
  var awaited: [Int] { get }
}

/// How the numbers of a sum go over the network.
package enum SumForm: Sendable {
  case float32
  case bfloat16

  func sum(_ values: UnsafeMutableBufferPointer<Float>, in group: RankGroup) throws -> any RankSum {
    switch self {
    case .float32: try BucketSum(values, in: group)
    case .bfloat16: try HalfSum(values, in: group)
    }
  }
}
