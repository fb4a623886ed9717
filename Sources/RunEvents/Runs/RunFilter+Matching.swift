extension RunFilter.Term {
  func holds(for run: RunListing) -> Bool { isMet(by: run) != isNegated }

  private func isMet(by run: RunListing) -> Bool {
    switch key {
    case nil: isWord(of: run)
    case "state": isMet(by: run.state.rawValue)
    case "guidance": isMet(by: run.guidance)
    case "name": isMet(by: run.name)
    case "note": isMet(by: run.note)
    case "fork": isMet(by: run.origin?.run ?? "")
    case "trial": isMet(by: run.trial?.run ?? "")
    case "ablation": isMet(by: run.ablation?.name ?? "")
    case "tag": isMet(byAnyOf: run.tags)
    case "seed": isMet(by: Double(run.seed))
    case "step": isMet(by: Double(run.step))
    case "loss": isMet(by: run.loss)
    case "score": isMet(by: run.evals.values.filter(\.isFinite).max())
    case .some(let key):
      if let score = run.evals[key] { isMet(by: score) } else { isMet(byValue: run.values?[key]) }
    }
  }

  /// A word stands anywhere in what a list shows of a run; with `*` it is the whole of one of its parts.
  private func isWord(of run: RunListing) -> Bool {
    let parts = [run.name, run.state.rawValue, run.guidance, run.note] + run.tags
    return parts.contains { part in
      let part = part.lowercased()
      return value.contains("*") ? RunFilter.matches(part, value) : part.contains(value)
    }
  }

  private func isMet(by text: String) -> Bool {
    let text = text.lowercased()
    switch operation {
    case .holds: return value.contains("*") ? RunFilter.matches(text, value) : text.contains(value)
    case .equal: return RunFilter.matches(text, value)
    case .notEqual: return !RunFilter.matches(text, value)
    case .less, .atMost, .greater, .atLeast: return false
    }
  }

  /// One tag is enough; none is the same as an empty one.
  private func isMet(byAnyOf tags: [String]) -> Bool {
    let tags = tags.isEmpty ? [""] : tags
    if operation == .notEqual { return tags.allSatisfy { isMet(by: $0) } }
    return tags.contains { isMet(by: $0) }
  }

  /// What is not there is neither equal, nor less, nor more.
  private func isMet(by number: Double?) -> Bool {
    guard let number else { return operation == .notEqual }
    guard let wanted = RunFilter.number(value) else { return isMet(by: "\(number)") }
    switch operation {
    case .holds, .equal: return number == wanted || number.isNaN && wanted.isNaN
    case .notEqual: return !(number == wanted || number.isNaN && wanted.isNaN)
    case .less: return number < wanted
    case .atMost: return number <= wanted
    case .greater: return number > wanted
    case .atLeast: return number >= wanted
    }
  }

  /// A value of the configuration is a number where it looks like one.
  private func isMet(byValue text: String?) -> Bool {
    guard let text else { return operation == .notEqual }
    if let number = RunFilter.number(text), RunFilter.number(value) != nil { return isMet(by: number) }
    return operation.isOrder ? false : isMet(by: text)
  }
}
