/// What the losses of a run depend on beside its settings, as a checkpoint keeps it.
package struct RunFingerprints: Codable, Equatable, Sendable {
  package struct Pictures: Codable, Equatable, Sendable {
    package var count: Int
    /// Stands for names, sizes and contents.
    package var digest: String

    package init(count: Int, digest: String) {
      self.count = count
      self.digest = digest
    }
  }

  package struct Teacher: Codable, Equatable, Sendable {
    /// Checksum of every tensor, names included.
    package var weights: String
    /// How they are used: heads, activation, size, normalisation, ... in words by name.
    package var facts: [String: String]

    package init(weights: String, facts: [String: String]) {
      self.weights = weights
      self.facts = facts
    }
  }

  /// nil if there are none on disk, or they were not read yet.
  package var pictures: Pictures?
  package var teachers: [String: Teacher]
  /// What computes, in words by name.
  package var arithmetic: [String: String]

  package init(pictures: Pictures? = nil, teachers: [String: Teacher], arithmetic: [String: String]) {
    self.pictures = pictures
    self.teachers = teachers
    self.arithmetic = arithmetic
  }

  /// Where teachers that both have, and what computes, are others in later fingerprints: parts of a sentence.
  package func differences(to later: RunFingerprints) -> [String] {
    var found: [String] = []
    for (name, teacher) in teachers.sorted(by: { $0.key < $1.key }) {
      guard let now = later.teachers[name] else { continue }
      if teacher.weights != now.weights { found.append("teacher \(name) has other weights") }
      found += RunFingerprints.changes(teacher.facts, now.facts).map { "teacher \(name) is used otherwise: \($0)" }
    }
    return found + RunFingerprints.changes(arithmetic, later.arithmetic)
  }

  /// Without what computes: a run goes on on another device, to rounding.
  package func leavingOutArithmetic() -> RunFingerprints {
    var rest = self
    rest.arithmetic = [:]
    return rest
  }

  /// Without what follows from values that are to be others.
  package func leavingOut(_ changes: ResumeChanges) -> RunFingerprints {
    var rest = self
    for change in changes.changes {
      let parts = change.key.split(separator: ".")
      if parts.first == "guidance", parts.count > 2 { rest.teachers[String(parts[1])] = nil }
      if parts.first == "engine" { rest.arithmetic = [:] }
    }
    return rest
  }

  /// Facts that one of the two does not tell are none: another version of the program tells of others.
  private static func changes(_ before: [String: String], _ now: [String: String]) -> [String] {
    before.keys.sorted().compactMap { key in
      guard let old = before[key], let new = now[key], old != new else { return nil }
      return "\(key) \(old) -> \(new)"
    }
  }
}
