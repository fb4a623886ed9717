import Datasets
import Files
import Foundation
import Pretraining
import Ranks
import RunEvents
import Sessions
import Tasks

/// How ranks come to train the same run: what they tell each other before its first step. All make the same calls in
/// the same order.
package final class RankMeeting: @unchecked Sendable {
  // Made on the main thread, used on the training queue from then on.
  let sharing: StepSharing
  private let folder: URL
  private var isOver = false

  package var group: RankGroup { sharing.group }

  /// - Parameter program: the program's version, which must be the same everywhere.
  /// - Throws: ``RankError`` where ranks are of different versions.
  package init(_ group: RankGroup, program: String) throws {
    sharing = StepSharing(group)
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "mvp-rank-\(group.rank)-\(ProcessInfo.processInfo.processIdentifier)", isDirectory: true)
    let programs = try group.gather(Array(program.utf8), what: "answer at the start").map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let other = programs.firstIndex(where: { $0 != programs[0] }) else { return }
    throw RankError(
      "\(group.name(of: other)) runs mvp \(programs[other]), and \(group.name(of: 0)) mvp \(programs[0]): install the "
        + "same one everywhere.")
  }

  /// Takes what a session says of ranks. All of them call it, before they open data and weights.
  func take(_ settings: SessionFile) { sharing.form = settings.engine.ranksDtype == .bfloat16 ? .bfloat16 : .float32 }

  /// Makes this process's task one of several. Every rank opens data and weights; all refuse where one of them cannot,
  /// or sees other pictures.
  func opened(_ open: () throws -> (task: any TrainingTask, source: any PictureSource)) throws -> (
    task: any TrainingTask, source: any PictureSource
  ) {
    let own = Result { () throws -> (task: any TrainingTask, source: any PictureSource) in
      let opened = try open()
      guard let task = opened.task as? any SharedTask else {
        throw RankError(
          "only pre-training under targets and fine-tuning run on several ranks, \(opened.task.about.kind.rawValue) does "
            + "not: start it without mpirun.")
      }
      try task.share(sharing)
      return opened
    }
    var mine = RankReadiness()
    switch own {
    case .failure(let error): mine.failure = "\(error)"
    case .success(let opened):
      mine.pictures = opened.source.count
      mine.names = digest(of: opened.source)
    }
    let all = try group.gather(Array(try JSONEncoder().encode(mine)), what: "word that it is ready").map {
      try JSONDecoder().decode(RankReadiness.self, from: Data($0))
    }
    let opened = try own.get()
    for (rank, readiness) in all.enumerated() {
      if let failure = readiness.failure { throw RankError("\(group.name(of: rank)): \(failure)") }
      guard readiness.pictures == mine.pictures, readiness.names == mine.names else {
        throw RankError(
          "\(group.name(of: rank)) sees other pictures than \(group.name(of: group.rank)), \(readiness.pictures) and "
            + "\(mine.pictures): give every host the same data.")
      }
    }
    return opened
  }

  /// Rank 0 says which run it will be.
  func announce(_ session: Session) throws {
    let start = RankStart(name: session.name, settings: session.settings.json, directory: session.directory.path)
    _ = try group.broadcast(Array(try JSONEncoder().encode(start)), what: "answer")
  }

  /// Rank 0's last word, at whatever point the others are: they end. Then MPI does, or all processes do where one of
  /// them was given up.
  ///
  /// - Parameter status: of a process that is ended so.
  package func end(status: Int32) {
    guard !isOver else { return }
    isOver = true
    guard !group.isBroken else { return group.transport.abort(status: status) }
    if group.rank == 0 { _ = try? group.broadcast([], what: "answer") }
    guard !group.isBroken else { return group.transport.abort(status: status) }
    group.transport.finish()
  }

  /// How a session's batch is cut, so that every rank has as much to do.
  ///
  /// - Throws: ``RankError`` where it cannot be.
  func cut(batch: Int, accumulation: Int) throws -> (batch: Int, accumulation: Int) {
    guard accumulation % group.count != 0 else { return (batch, accumulation) }
    guard batch * accumulation % group.count == 0, batch % (group.count / gcd(group.count, accumulation)) == 0 else {
      throw RankError(
        "schedule.batch_size is \(batch) and schedule.accumulation \(accumulation): \(group.count) ranks cannot share "
          + "that evenly; give a batch that is a multiple of \(group.count).")
    }
    let parts = group.count / gcd(group.count, accumulation)
    return (batch / parts, accumulation * parts)
  }

  /// For the log: who trains, and what each makes of a step.
  func described(_ cut: (batch: Int, accumulation: Int)) -> String {
    let share = cut.accumulation / group.count
    let places = group.hosts.enumerated().map { "\($0.offset) on \($0.element)" }
    let shown = places.prefix(8).joined(separator: ", ") + (places.count > 8 ? " and \(places.count - 8) more" : "")
    return "\(group.count) ranks (\(shown)), each makes \(share) x \(cut.batch) pictures of a step"
  }

  private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }

  /// Brings the state of rank 0's task to all others, byte by byte; false: there will be no run.
  func unite(_ task: any TrainingTask) throws -> Bool {
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: folder) }
    if group.rank == 0 { try task.save(to: folder) }
    let names =
      group.rank == 0 ? try files.contentsOfDirectory(atPath: folder.path).sorted().joined(separator: "\n") : nil
    let told = try group.broadcast(names.map { Array($0.utf8) }, what: "state of the run", waits: true)
    guard !told.isEmpty else { return false }
    for name in String(decoding: told, as: UTF8.self).split(separator: "\n") {
      let file = folder.appendingPathComponent(String(name))
      let own = group.rank == 0 ? [UInt8](try Data(contentsOf: file, options: .mappedIfSafe)) : nil
      let bytes = try group.broadcast(own, what: "state of the run")
      if group.rank > 0 { try Data(bytes).write(to: file) }
    }
    if group.rank > 0 { try task.load(from: folder) }
    return true
  }

  /// Of the names of some pictures, spread over the whole.
  private func digest(of source: any PictureSource) -> String {
    var digest = SHA256()
    let stride = max(1, source.count / 10_000)
    for index in Swift.stride(from: 0, to: source.count, by: stride) {
      digest.add(Data(source.itemName(at: index).utf8.suffix(64) + [0]))
    }
    return digest.digest()
  }
}
