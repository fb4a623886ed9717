/// What a person changed in a session's file since a run of it was last started.
struct FileEdits: Equatable {
  /// Keys whose new values the run takes over.
  var taken: [String] = []
  /// Sentences about those that it does not, because it was given a value of its own.
  var kept: [String] = []

  /// - Parameters:
  ///   - before: the file as it was when the run was last started.
  ///   - now: the file as it is.
  ///   - run: what the run goes on with.
  init(before: SessionFile, now: SessionFile, run: SessionFile) {
    let own = Dictionary(run.values.map { ($0.keyPath, $0.text) }, uniquingKeysWith: { first, _ in first })
    for edit in now.differences(from: before) where own[edit.keyPath] != edit.here {
      // Paths of the run are absolute: whether they are its own cannot be told by their text.
      if own[edit.keyPath] == edit.there || FileEdits.isPath(edit.keyPath) {
        taken.append(edit.keyPath)
      } else {
        kept.append(
          "\(edit.keyPath) is \(edit.here ?? "not given") in the session's file now (\(edit.there ?? "not given") before), the run "
            + "keeps \(own[edit.keyPath] ?? "none"), which was set for it")
      }
    }
  }

  private static func isPath(_ key: String) -> Bool {
    ["data.path", "evals.data.path", "evals.data.train_path", "evals.data.test_path"].contains(key)
      || (key.hasPrefix("evals.sets.") && key.hasSuffix("path"))
      || (key.hasPrefix("guidance.") && key.hasSuffix(".weights"))
  }
}
