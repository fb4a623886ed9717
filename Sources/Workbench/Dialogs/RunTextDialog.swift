import RunEvents

/// A line that a person types: a text about a run, or a filter that a list obeys while it is typed.
package struct RunTextDialog: Equatable, Sendable {
  enum Purpose: Equatable, Sendable {
    case filterRuns, filterConfig
    case rename(String), tag(String), note(String), fork(String)
    case checkpointElsewhere

    var title: String {
      switch self {
      case .filterRuns: "show runs by words and by what is known of them"
      case .filterConfig: "show values that hold these words"
      case .rename(let name): "new name of \(name)"
      case .tag(let name): "tags of \(name)"
      case .note(let name): "note on \(name)"
      case .fork(let name): "fork \(name) at a checkpoint, with other values"
      case .checkpointElsewhere: "folder for the last checkpoint"
      }
    }

    var hint: String {
      switch self {
      case .filterConfig: "parts of keys and values: mask, learning, cosine"
      case .filterRuns: "words, loss<-0.8, knn>0.7, tag:x, mask.masked=26, -not"
      case .rename: "letters, digits, - and _"
      case .tag: "words with spaces between them; none: no tags"
      case .fork: "step=500 guidance.start=dino mask.masked=0.5"
      case .note: "one line; none takes the note away"
      case .checkpointElsewhere: "on another disk; the run stops once it is written"
      }
    }
  }

  var purpose: Purpose
  var field: TextField
  /// The text at the beginning.
  let before: String

  init(purpose: Purpose, text: String) {
    self.purpose = purpose
    before = text
    field = TextField(text)
  }

  var text: String { field.text }
}

extension RunTextDialog {
  mutating func reduce(_ command: WorkbenchCommand) -> Outcome {
    switch command {
    case .eraseCharacter:
      field.erase()
      return filtered
    case .clearText:
      field.clear()
      return filtered
    case .confirm:
      if case .fork(let name) = purpose { return forked(name) }
      return confirmed.closing()
    // Leaves the line and gives a filter its former text.
    case .back: return filter(by: before).closing()
    default: return .nothing
    }
  }

  mutating func type(_ character: Character) -> Outcome {
    field.type(character)
    return filtered
  }

  /// A filter takes the typed text at once.
  private var filtered: Outcome { filter(by: text) }

  private func filter(by text: String) -> Outcome {
    switch purpose {
    case .filterRuns: .request(.filterRuns(text))
    case .filterConfig: .request(.filterConfig(text))
    case .rename, .tag, .note, .fork, .checkpointElsewhere: .nothing
    }
  }

  /// What cannot be understood is said, and stays to be mended.
  private func forked(_ name: String) -> Outcome {
    do {
      return .request(.fork(try ForkRequest(run: name, words: text))).closing()
    } catch {
      return .tell("\(error)", isWarning: true)
    }
  }

  private var confirmed: Outcome {
    switch purpose {
    case .fork: .nothing
    case .filterRuns: .request(.tellRunsFilter)
    case .filterConfig: .nothing
    case .rename(let name): text == name ? .nothing : .request(.edit(name, .rename(to: text)))
    case .tag(let name): .request(.edit(name, .tag(text.split(separator: " ").map(String.init))))
    case .note(let name): .request(.edit(name, .note(text)))
    case .checkpointElsewhere: text.isEmpty ? .nothing : .send(.stop(checkpoint: true, elsewhere: text))
    }
  }
}
