import Foundation
import Models
import Pretraining
import Sessions
import Tensors

/// Tokenizers, whose codes are targets.
extension RunAssembly {
  /// The codes of a tokenizer as guidance; nil where a file holds none.
  func codes(_ name: String, from url: URL) throws -> CodeGuidance? {
    let grid = settings.student.grid
    return try loadCodeEncoder(from: url, device: device, grid: grid).map {
      CodeGuidance(name: name, tokenizer: $0, grid: grid)
    }
  }
}
