/// What a person can ask of the list of runs.
public enum RunsCommand: Hashable, Sendable {
  case mark, compare, filter, sort, rename, tag, note, delete, reload
}

/// What a person can ask of the session's values.
public enum ConfigCommand: Hashable, Sendable {
  case edit, toggleLive
}

/// What a person can ask of evaluations beside starting one.
public enum EvalsCommand: Hashable, Sendable {
  case cancel, queue
}

/// A line of text that is being typed about a run.
public struct RunTextDialog: Equatable, Sendable {
  enum Purpose: Equatable, Sendable {
    case filter
    case rename(String), tag(String), note(String)

    var title: String {
      switch self {
      case .filter: "show runs that hold these words"
      case .rename(let name): "new name of \(name)"
      case .tag(let name): "tags of \(name)"
      case .note(let name): "note on \(name)"
      }
    }

    var hint: String {
      switch self {
      case .filter: "names, states, guidances, notes, tag:WORD, seed:NUMBER"
      case .rename: "letters, digits, - and _"
      case .tag: "words with spaces between them; none: no tags"
      case .note: "one line; none takes the note away"
      }
    }
  }

  var purpose: Purpose
  var field: TextField

  init(purpose: Purpose, text: String) {
    self.purpose = purpose
    field = TextField(text)
  }

  var text: String { field.text }
}
