import Tasks

/// What rank 0 tells the others at the start of a run.
struct RankStart: Codable {
  /// Name of the session.
  var name: String
  /// The resolved session, as JSON.
  var settings: String
  /// `SESSIONS/NAME` at rank 0: caches lie there.
  var directory: String
}

/// What each rank found when it had opened data and weights.
struct RankReadiness: Codable, Equatable {
  /// Why it cannot train, in one sentence; nil: it can.
  var failure: String?
  /// Pictures to learn from.
  var pictures = 0
  /// Digest of the pictures' names, in order.
  var names = ""
}

/// What the task of every rank does next, in order.
enum RankOrder: Codable {
  case step
  case skipBatch
  case select(String)
  case apply(LiveRecipe)
}
