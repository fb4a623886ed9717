import Foundation

/// What is fuzzed.
enum FuzzTarget: String, CaseIterable {
  case safetensors, torch, weights, session, picture, packed, gzip, command, event, theme, preferences, imported,
    response

  func read(_ input: Data) {
    switch self {
    case .safetensors: readSafetensors(input)
    case .torch: readTorch(input)
    case .weights: readWeights(input)
    case .session: readSession(input)
    case .picture: readPicture(input)
    case .packed: readPacked(input)
    case .gzip: readGzip(input)
    case .command: readCommands(input)
    case .event: readEvents(input)
    case .theme: readTheme(input)
    case .preferences: readPreferences(input)
    case .imported: readImported(input)
    case .response: readResponse(input)
    }
  }
}

/// Stops the program where what a target promises does not hold.
func hold(_ condition: Bool, _ promise: String) {
  precondition(condition, promise)
}
