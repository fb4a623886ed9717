/// What the cells of an ablation are held against: the student before training, or a teacher on its own features.
package struct AblationReference: Equatable, Sendable {
  /// `untrained student`, `teacher clip`
  package let name: String
  /// A score for each seed that has one, by kind of evaluation.
  package let scores: [String: [Double]]

  /// One score where all seeds have the same.
  package func spread(_ kind: String) -> ScoreSpread? {
    let scores = scores[kind] ?? []
    return ScoreSpread(scores.allSatisfy { $0 == scores[0] } ? Array(scores.prefix(1)) : scores)
  }
}

extension AblationTable {
  /// The untrained students, one for all cells where they are the same, then the teachers in the order of the cells
  /// that followed them.
  package var references: [AblationReference] { untrainedStudents + teachers }

  private var untrainedStudents: [AblationReference] {
    var groups: [(cells: [Int], scores: [String: [Double]])] = []
    for cell in cells {
      let scores = scores(of: cell.runs) { $0.untrained }
      guard !scores.isEmpty else { continue }
      if let place = groups.firstIndex(where: { Self.agree($0.scores, scores) }) {
        groups[place].cells.append(cell.number)
        groups[place].scores.merge(scores) { $0.count >= $1.count ? $0 : $1 }
      } else {
        groups.append(([cell.number], scores))
      }
    }
    return groups.map { group in
      let cells = group.cells.map(String.init).joined(separator: ", ")
      return AblationReference(
        name: groups.count == 1
          ? "untrained student" : "untrained student of cell\(group.cells.count == 1 ? "" : "s") \(cells)",
        scores: group.scores)
    }
  }

  /// Whether scores are the same wherever both are known.
  private static func agree(_ one: [String: [Double]], _ other: [String: [Double]]) -> Bool {
    one.allSatisfy { kind, scores in zip(scores, other[kind] ?? []).allSatisfy { $0 == $1 } }
  }

  private var teachers: [AblationReference] {
    var names: [String] = []
    for name in cellRuns.sorted(by: { $0.cell < $1.cell }).flatMap({ run in
      run.baselines.sorted { $0.key < $1.key }.compactMap { $0.value.teacher?.name }
    }) where !names.contains(name) {
      names.append(name)
    }
    return names.map { name in
      // Several cells may have followed it: the first that has a score of each seed.
      let runs = plan.seeds.compactMap { seed in
        cells.lazy.flatMap(\.runs).first { run in
          run.seed == seed && run.baselines.values.contains { $0.teacher?.name == name }
        }
      }
      return AblationReference(
        name: "teacher \(name)",
        scores: scores(of: runs) { $0.teacher?.name == name ? $0.teacher?.score : nil })
    }
  }

  private func scores(of runs: [AblationRun], _ score: (EvalBaselines) -> Double?) -> [String: [Double]] {
    var scores: [String: [Double]] = [:]
    for kind in kinds {
      let found = runs.compactMap { $0.baselines[kind].flatMap(score) }
      if !found.isEmpty { scores[kind] = found }
    }
    return scores
  }
}
