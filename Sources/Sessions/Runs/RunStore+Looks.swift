import Foundation
import GRDB
import RunEvents

extension RunRecorder {
  /// Keeps how the student did on a picture. Its pixels, which are the same at every step, are stored once.
  ///
  /// - Throws: ``RunStoreError`` where it cannot be written.
  public func keep(_ look: PictureLook) throws {
    gather(look)
    try flush()
  }

  func insert(_ look: PictureLook, _ db: Database) throws {
    var bare = look
    bare.preview.rgb = Data()
    let data = try RunRecorder.detailEncoder.encode(bare)
    let index = look.preview.index
    if look.preview.problem == nil {
      try db.execute(
        sql: "INSERT OR IGNORE INTO pictures (run, picture, rgb) VALUES (?, ?, ?)",
        arguments: [id, index, look.preview.rgb])
    }
    try db.execute(
      sql: "INSERT OR REPLACE INTO looks (run, picture, step, look) VALUES (?, ?, ?, ?)",
      arguments: [id, index, look.step, data])
  }
}

extension RunStore {
  /// The looks at a picture of the preview set that a run kept, oldest first.
  public func looks(of run: String, picture: Int) throws -> [PictureLook] {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try reading { db in
      let rgb = try Data.fetchOne(
        db, sql: "SELECT rgb FROM pictures WHERE run = ? AND picture = ?", arguments: [record.id, picture])
      let looks = try Data.fetchAll(
        db, sql: "SELECT look FROM looks WHERE run = ? AND picture = ? ORDER BY step", arguments: [record.id, picture])
      // A later version of the program may have kept what is not known here.
      return looks.compactMap { data in
        guard var look = try? RunRecorder.detailDecoder.decode(PictureLook.self, from: data) else { return nil }
        guard look.preview.problem == nil else { return look }
        guard let rgb else { return nil }
        look.preview.rgb = rgb
        return look
      }
    }
  }
}
