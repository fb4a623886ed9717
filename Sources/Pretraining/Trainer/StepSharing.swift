import Foundation
import Measures
import Ranks
import Tasks
import Tensors

/// How a step's micro-batches are dealt out to ranks, and how what they make of them comes together.
///
/// Each rank makes those whose number leaves its own as the remainder, so every micro-batch of the step is made once,
/// whatever the number of ranks: losses and gradients are the same to rounding. All ranks then make the same update.
package final class StepSharing {
  package let group: RankGroup
  /// How gradients go over the network; everything else is float32.
  package var form = SumForm.float32
  /// How each rank did in the step before; empty before there is one.
  package private(set) var work: [RankWork] = []
  /// How this one did.
  package internal(set) var ownWork: RankWork?

  package init(_ group: RankGroup) { self.group = group }

  /// What every rank says of its share, by rank.
  func exchange<Sums: Codable>(_ own: ShareReport<Sums>) throws -> [ShareReport<Sums>] {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .ranks
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .ranks
    let all = try group.gather(Array(try encoder.encode(own)), what: "word of its share of a step").map {
      try decoder.decode(ShareReport<Sums>.self, from: Data($0))
    }
    work = all.compactMap(\.work)
    return all
  }

  /// Sums of some numbers over the ranks.
  func sum(_ values: [Float]) throws -> [Float] {
    guard !values.isEmpty else { return [] }
    let sum = try BucketSum(count: values.count, in: group) { _ = $0.update(fromContentsOf: values) }
    try group.finish([sum])
    return Array(sum.values)
  }
}

/// How a rank did in a step.
package struct RankWork: Codable, Equatable, Sendable {
  /// Seconds for its share, waiting apart.
  package var seconds: Double
  /// Seconds that it waited for the others, and for sums that were not hidden behind its backward pass.
  package var waited: Double
  /// Load of its host over the last minute, where that tells, and the host's cores.
  package var load: Double?
  package var cores: Int?

  package init(seconds: Double, waited: Double, load: Double?, cores: Int?) {
    self.seconds = seconds
    self.waited = waited
    self.load = load
    self.cores = cores
  }

  init(seconds: Double, waited: Double) {
    var load = 0.0
    self.init(
      seconds: seconds, waited: waited, load: getloadavg(&load, 1) == 1 ? load : nil,
      cores: ProcessInfo.processInfo.activeProcessorCount)
  }
}

/// What a rank says of its share of a step.
struct ShareReport<Sums: Codable>: Codable {
  /// Why there is none.
  var failure: String?
  var rejection: StepRejection?
  var sums: Sums?
  /// Of the step before.
  var work: RankWork?

  init(_ own: Result<MadeGradients<Sums>, any Error>, _ work: RankWork?) {
    self.work = work
    switch own {
    case .failure(let error): failure = "\(error)"
    case .success(.rejected(let rejection)): self.rejection = rejection
    case .success(.made(let sums)): self.sums = sums
    }
  }
}

extension JSONEncoder.NonConformingFloatEncodingStrategy {
  fileprivate static var ranks: Self {
    .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }
}

extension JSONDecoder.NonConformingFloatDecodingStrategy {
  fileprivate static var ranks: Self {
    .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }
}

extension Metric {
  /// Adding up gradients over the ranks, and waiting for the slowest.
  package static let ranksSeconds = Metric(
    key: "ranks_seconds", name: "ranks", rank: 5,
    phase: Phase(letter: "R", name: "ranks", help: "sums over all ranks, and waiting for them", color: 0))
}
