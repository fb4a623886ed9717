import Ranks
import Tensors

/// The sums of all gradients over the ranks. What the backward pass has finished is on its way while it goes on.
final class GradientSums {
  private let sums: SumsBeside
  /// In the order in which their gradients become whole; all ranks have the same.
  private let parameters: [NamedTensor]
  /// By parameter, the op after which its gradient is whole; those of no op come last.
  private let lastOps: [Int]
  /// Parameters that were given to a bucket.
  private var given = 0
  private var buckets: [Range<Int>] = []
  /// Elements of the bucket that is being filled, and its first parameter.
  private var (gathered, first) = (0, 0)
  /// Elements with which a bucket goes out: 4 MiB.
  private static let size = 1 << 20

  /// To be made between the last forward pass of a step and its backward pass.
  init(of parameters: [NamedTensor], in group: RankGroup, form: SumForm) {
    sums = SumsBeside(group, form: form)
    let uses = parameters.map { $0.tensor.firstUse ?? -1 }
    let order = parameters.indices.sorted { (uses[$0], $1) > (uses[$1], $0) }
    self.parameters = order.map { parameters[$0] }
    lastOps = order.map { uses[$0] }
  }

  /// The backward pass has come to an op.
  func passed(_ number: Int) {
    while given < parameters.count, lastOps[given] >= number {
      gathered += parameters[given].tensor.count
      given += 1
      if gathered >= Self.size { send() }
    }
  }

  /// Puts the sum in the place of every gradient.
  func finish() throws {
    given = parameters.count
    if first < given { send() }
    for (bucket, sum) in zip(buckets, try sums.finish()) {
      var place = 0
      for parameter in parameters[bucket] {
        let part = Array(sum.values[place..<place + parameter.tensor.count])
        place += part.count
        if let gradient = parameter.tensor.gradient {
          gradient.write(part)
        } else if part.contains(where: { $0 != 0 }) {
          parameter.tensor.gradient = Tensor(part, shape: parameter.tensor.shape, device: parameter.tensor.device)
        }
      }
    }
  }

  private func send() {
    let bucket = first..<given
    let values = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: parameters[bucket].reduce(0) { $0 + $1.tensor.count })
    var place = 0
    for parameter in parameters[bucket] {
      let part = UnsafeMutableBufferPointer(rebasing: values[place..<place + parameter.tensor.count])
      place += part.count
      if let gradient = parameter.tensor.gradient {
        gradient.withFloats { _ = part.update(fromContentsOf: $0) }
      } else {
        part.update(repeating: 0)
      }
    }
    sums.add(values)
    buckets.append(bucket)
    (first, gathered) = (given, 0)
  }
}
