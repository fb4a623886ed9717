import Tensors

/// A codebook of directions. Each latent stands for the code nearest to it, which for rows of length 1 is the one with
/// the largest product; codes get no gradient but follow the mean of the latents that they stand for.
///
/// Source: microsoft/unilm, `beit2/norm_ema_quantizer.py` (NormEMAVectorQuantizer).
package final class VectorQuantizer {
  /// How much of a code stays in a step.
  private static let decay: Float = 0.99
  /// Rows whose products with all codes are held at once.
  private static let rowsAtOnce = 1024

  /// [K, W], rows of length 1; zeros until ``start(from:seed:)``.
  package let codes: Tensor
  /// [1]: 1 once the codes were started, 0 before.
  private let started: Tensor

  /// - Parameter started: whether `codes` are those of a trained tokenizer.
  init(codes: Tensor, started: Bool) {
    self.codes = codes
    self.started = .full(started ? 1 : 0, [1], device: codes.device)
  }

  /// Codes that wait for the first latents.
  package convenience init(_ count: Int, width: Int, device: any ComputeDevice) {
    self.init(codes: .zeros([count, width], device: device), started: false)
  }

  /// K.
  package var count: Int { codes.shape[0] }
  package var width: Int { codes.shape[1] }
  package var isStarted: Bool { started.scalar != 0 }

  /// All that a step changes, for a saved state.
  package var arrays: [NamedTensor] {
    [
      NamedTensor(name: CodeEncoder.codesName, tensor: codes),
      NamedTensor(name: "quantize.embedding.initted", tensor: started),
    ]
  }

  /// The code of each latent; no gradient.
  /// - Parameter latents: [R, W], rows of length 1
  /// - Returns: R numbers in 0..<K
  package func nearest(to latents: Tensor) -> [Int32] {
    withoutHistory {
      stride(from: 0, to: latents.shape[0], by: Self.rowsAtOnce).flatMap { first in
        let rows = (first..<min(first + Self.rowsAtOnce, latents.shape[0])).map { Int32($0) }
        return rowArgmax(matmulTransposed(gatherRows(latents, rows), codes))
      }
    }
  }

  /// The codes of latents.
  /// - Parameter latents: [R, W], rows of length 1
  package func quantized(_ latents: Tensor) -> QuantizedLatents {
    let places = nearest(to: latents)
    let values = withoutHistory { gatherRows(codes, places) }
    return QuantizedLatents(
      values: straightThrough(latents, values: values), places: places,
      commitment: meanSquaredLoss(latents, values))
  }

  /// Moves every code that latents were nearest to towards their mean: both of length 1, and so is the result.
  package func follow(_ latents: Tensor, places: [Int32]) {
    withoutHistory {
      exponentialMovingAverage(codes, toward: means(of: latents, by: places), momentum: Self.decay)
      codes.write(l2Normalize(codes).array())
    }
  }

  /// Directions of the mean of each code's latents, [K, W]; the code itself where it has none.
  private func means(of latents: Tensor, by places: [Int32]) -> Tensor {
    var isUsed = [Bool](repeating: false, count: count)
    for place in places { isUsed[Int(place)] = true }
    let directions = l2Normalize(rowSums(latents, by: places, count: count))
    let rows = isUsed.indices.map { Int32(isUsed[$0] ? $0 : count + $0) }
    return gatherRows(concatenateRows([directions, codes]), rows)
  }
}

/// Latents with the codes in their place.
package struct QuantizedLatents {
  /// [R, W], the codes; their gradient goes to the latents as it is.
  package let values: Tensor
  /// R numbers of codes.
  package let places: [Int32]
  /// Mean squared difference of the latents from their codes, with a gradient to the latents alone.
  package let commitment: Tensor
}

extension VectorQuantizer {
  /// Rounds of k-means on the first latents.
  private static let rounds = 10

  /// Begins with the means that k-means by cosine finds among the first latents; does nothing where codes were started
  /// before.
  /// - Parameters:
  ///   - latents: [R, W], rows of length 1
  ///   - seed: decides which latents are the first means: different ones where there are as many as codes.
  package func start(from latents: Tensor, seed: UInt64) {
    guard !isStarted else { return }
    withoutHistory {
      codes.write(gatherRows(latents, drawn(of: latents.shape[0], seed: seed)).array())
      for _ in 0..<Self.rounds { codes.write(means(of: latents, by: nearest(to: latents)).array()) }
    }
    started.write([1])
  }

  /// Lets the next ``start(from:seed:)`` begin anew.
  package func forget() { started.write([0]) }

  private func drawn(of rows: Int, seed: UInt64) -> [Int32] {
    var generator = Philox(seed: seed, purpose: .initialization, stream: stableHash("codes"))
    guard rows >= count else { return (0..<count).map { _ in Int32(generator.below(rows)) } }
    var all = (0..<rows).map { Int32($0) }
    generator.shuffle(&all)
    return Array(all.prefix(count))
  }
}
