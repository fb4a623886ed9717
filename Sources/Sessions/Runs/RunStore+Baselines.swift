import Foundation
import GRDB
import RunEvents

/// Scores that others are held against, each measured once for a session: of the untrained student and of teachers.
extension RunStore {
  /// The score that was kept under a fingerprint of subject, evaluation and pictures; nil: it was not measured yet, or
  /// cannot be read.
  package func baselineScore(_ fingerprint: String) -> Double? {
    try? reading { db in
      try Double.fetchOne(db, sql: "SELECT score FROM baselines WHERE fingerprint = ?", arguments: [fingerprint])
    }
  }

  /// Keeps a score. Where the store cannot be written it is measured again another time.
  ///
  /// - Parameter subject: what was judged, for people who look into the store.
  package func keepBaseline(_ score: Double, subject: String, kind: String, fingerprint: String) {
    try? writing { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO baselines VALUES (?, ?, ?, ?, ?)",
        arguments: [fingerprint, subject, kind, score, Date().timeIntervalSince1970])
    }
  }
}

extension EvalBaselines {
  /// Columns of the table `evals` that hold it.
  static let columns =
    "test_pictures, chance, chance_of, untrained_score, teacher, teacher_score, teacher_projected"

  /// What the score of a row of `evals` was held against; nil where that is not known.
  init?(row: Row) throws {
    guard let pictures = try row.value("test_pictures", as: Int?.self),
      let chance = try row.value("chance", as: Double?.self)
    else { return nil }
    let of = try row.value("chance_of", as: String?.self)
    self.init(
      pictures: pictures, chance: chance, chanceOf: of.flatMap(Chance.init) ?? .classes,
      untrained: try row.value("untrained_score"))
    if let name = try row.value("teacher", as: String?.self),
      let score = try row.value("teacher_score", as: Double?.self)
    {
      teacher = Teacher(
        name: name, score: score, isProjected: try row.value("teacher_projected", as: Bool?.self) ?? false)
    }
  }
}
