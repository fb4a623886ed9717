import Foundation
import GRDB
import RunEvents

extension RunRecorder {
  /// Keeps how the student did on a picture. Its pixels, which are the same at every step, are stored once.
  ///
  /// - Throws: ``RunStoreError`` if it cannot be written.
  package func keep(_ snapshot: PictureSnapshot) throws {
    gather(snapshot)
    try flush()
  }

  func insert(_ snapshot: PictureSnapshot, _ db: Database) throws {
    var bare = snapshot
    bare.preview.rgb = Data()
    let data = try runJSONEncoder().encode(bare)
    let index = snapshot.preview.index
    if snapshot.preview.problem == nil {
      try db.execute(
        sql: "INSERT OR IGNORE INTO pictures (run, picture, rgb) VALUES (?, ?, ?)",
        arguments: [id, index, snapshot.preview.rgb])
    }
    try db.execute(
      sql: "INSERT OR REPLACE INTO looks (run, picture, step, look) VALUES (?, ?, ?, ?)",
      arguments: [id, index, snapshot.step, data])
  }
}

extension RunStore {
  /// The snapshots of a picture of the preview set that a run kept, oldest first.
  package func snapshots(of run: String, picture: Int) throws -> [PictureSnapshot] {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try reading { db in
      let rgb = try pixels(of: record.id, picture, db)
      let snapshots = try Data.fetchAll(
        db, sql: "SELECT look FROM looks WHERE run = ? AND picture = ? ORDER BY step", arguments: [record.id, picture])
      return snapshots.compactMap { snapshot($0, rgb: rgb) }
    }
  }

  /// The last snapshot of every picture that a run kept any of, by their places in the preview set.
  package func lastSnapshots(of run: String) throws -> [PictureSnapshot] {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try reading { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT picture, look FROM looks AS last WHERE run = :run
          AND step = (SELECT MAX(step) FROM looks WHERE run = :run AND picture = last.picture) ORDER BY picture
          """, arguments: ["run": record.id])
      return try rows.compactMap { row in
        snapshot(row["look"], rgb: try pixels(of: record.id, row["picture"], db))
      }
    }
  }

  /// Of the first pictures of the preview set, some of the snapshots that a run kept, at about equal distances from the
  /// first to the last.
  package func chosenSnapshots(of run: String, pictures: Int, moments: Int) throws -> [[PictureSnapshot]] {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try reading { db in
      let places = try Int.fetchAll(
        db, sql: "SELECT DISTINCT picture FROM looks WHERE run = ? ORDER BY picture LIMIT ?",
        arguments: [record.id, pictures])
      return try places.map { picture in
        let steps = try Int.fetchAll(
          db, sql: "SELECT step FROM looks WHERE run = ? AND picture = ? ORDER BY step",
          arguments: [record.id, picture])
        let count = min(moments, steps.count)
        let chosen = (0..<count).map { steps[count > 1 ? $0 * (steps.count - 1) / (count - 1) : steps.count - 1] }
        let rgb = try pixels(of: record.id, picture, db)
        return try chosen.compactMap { step in
          let look = try Data.fetchOne(
            db, sql: "SELECT look FROM looks WHERE run = ? AND picture = ? AND step = ?",
            arguments: [record.id, picture, step])
          return look.flatMap { snapshot($0, rgb: rgb) }
        }
      }
    }
  }

  private func pixels(of run: Int64, _ picture: Int, _ db: Database) throws -> Data? {
    try Data.fetchOne(
      db, sql: "SELECT rgb FROM pictures WHERE run = ? AND picture = ?", arguments: [run, picture])
  }

  /// nil for what a later version of the program may have kept and is not known here.
  private func snapshot(_ data: Data, rgb: Data?) -> PictureSnapshot? {
    guard var snapshot = try? runJSONDecoder().decode(PictureSnapshot.self, from: data) else { return nil }
    guard snapshot.preview.problem == nil else { return snapshot }
    guard let rgb else { return nil }
    snapshot.preview.rgb = rgb
    return snapshot
  }
}
