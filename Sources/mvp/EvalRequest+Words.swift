import ArgumentParser
import RunEvents

/// An evaluation as it is written on a command line: `linear`, `knn k=20 temperature=0.1`.
extension EvalRequest {
  var words: String {
    ([kind] + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }

  init(words: String) throws {
    let parts = words.split(separator: " ").map(String.init)
    guard let kind = parts.first, !kind.contains("=") else {
      throw ValidationError("--evaluate is \"\(words)\": begin with the evaluation's name, such as knn.")
    }
    var options: [String: String] = [:]
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw ValidationError("--evaluate is \"\(words)\": \"\(part)\" is no option, write NAME=VALUE.")
      }
      options[sides[0]] = sides[1]
    }
    self.init(kind: kind, options: options)
  }
}
