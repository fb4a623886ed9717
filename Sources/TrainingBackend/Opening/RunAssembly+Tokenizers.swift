import Foundation
import Models
import Pretraining
import Sessions
import Tensors

/// Tokenizers, whose codes are targets.
extension RunAssembly {
  /// The codes of a tokenizer as guidance; nil where the weights are no tokenizer's.
  func codes(_ teacher: TeacherSettings) throws -> CodeGuidance? {
    let grid = settings.student.grid
    let url: URL
    switch teacher.weights {
    case .shipped(let name):
      guard let tokenizer = ShippedTokenizer(rawValue: name) else { return nil }
      url = try tokenizer.present()
    case .path(let path): url = URL(fileURLWithPath: path)
    case .computed, .random: return nil
    }
    return try loadCodeEncoder(from: url, device: device, grid: grid).map {
      CodeGuidance(name: teacher.name, tokenizer: $0, grid: grid)
    }
  }
}
