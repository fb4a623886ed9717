/// What computes: the device for the CPU that this project has of its own, or one of libtorch, which has to be there.
package enum DeviceChoice: Equatable, Hashable, Sendable {
  case cpu
  /// The CPU by libtorch: for holding the two against each other.
  case torchCPU
  /// A GPU by its number; nil: the first, or of several ranks on a host to each its own.
  case cuda(Int?)

  /// No host has so many GPUs.
  private static let numbers = 0...63

  /// Words of those that need no number.
  package static let words = ["cpu", "torch-cpu", "cuda"]
  /// Completes "it must be ...".
  package static let wanted = "cpu, torch-cpu, cuda, or cuda:N for the GPU of number N"

  /// What is meant by words that people have for devices elsewhere.
  package static let wordsElsewhere = ["gpu": "cuda", "nvidia": "cuda", "torch": "torch-cpu"]

  /// nil: the word is no device.
  package init?(word: String) {
    switch word {
    case "cpu": self = .cpu
    case "torch-cpu": self = .torchCPU
    case "cuda": self = .cuda(nil)
    default:
      let digits = word.dropFirst("cuda:".count)
      guard word.hasPrefix("cuda:"), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
        Self.numbers.contains(number)
      else { return nil }
      self = .cuda(number)
    }
  }

  /// As sessions and arguments have it.
  package var word: String {
    switch self {
    case .cpu: "cpu"
    case .torchCPU: "torch-cpu"
    case .cuda(nil): "cuda"
    case .cuda(let number?): "cuda:\(number)"
    }
  }

  /// Whether libtorch computes.
  package var needsTorch: Bool { self != .cpu }
}
