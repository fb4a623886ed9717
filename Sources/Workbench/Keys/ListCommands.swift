/// What a person can ask of the list of runs.
package enum RunsCommand: Hashable, Sendable {
  case open, pin, mark, compare, filter, sort, rename, tag, note, delete, reload
}

/// What a person can ask of the session's values.
package enum ConfigCommand: Hashable, Sendable {
  case edit, toggleLive, filter
}

/// What a person can ask of evaluations beside starting one.
package enum EvalsCommand: Hashable, Sendable {
  case cancel, queue
}

/// A line of text that is being typed about a run, or a filter of a list, by which it is shown meanwhile.
package struct RunTextDialog: Equatable, Sendable {
  enum Purpose: Equatable, Sendable {
    case filterRuns, filterConfig
    case rename(String), tag(String), note(String)
    case checkpointElsewhere

    var title: String {
      switch self {
      case .filterRuns: "show runs by words and by what is known of them"
      case .filterConfig: "show values that hold these words"
      case .rename(let name): "new name of \(name)"
      case .tag(let name): "tags of \(name)"
      case .note(let name): "note on \(name)"
      case .checkpointElsewhere: "folder for the last checkpoint"
      }
    }

    var hint: String {
      switch self {
      case .filterConfig: "parts of keys and values: mask, learning, cosine"
      case .filterRuns: "words, loss<-0.8, knn>0.7, tag:x, mask.masked=26, -not"
      case .rename: "letters, digits, - and _"
      case .tag: "words with spaces between them; none: no tags"
      case .note: "one line; none takes the note away"
      case .checkpointElsewhere: "on another disk; the run stops once it is written"
      }
    }
  }

  var purpose: Purpose
  var field: TextField
  /// What stood there at first.
  let before: String

  init(purpose: Purpose, text: String) {
    self.purpose = purpose
    before = text
    field = TextField(text)
  }

  var text: String { field.text }
}
