import Dispatch
import Evaluation
import Recipe
import RunEvents
import Sessions
import Tasks

/// The scores that others are held against, each measured once and kept in the run store: of the untrained student and
/// of the teachers, by the same evaluations on the same pictures.
///
/// A teacher is judged as it guides, after its final norm, on pictures of its own size; through its projection only
/// where its targets go through that. Its probes are drawn by seed 0, whatever the session's seed.
final class Baselines {
  enum Role: Hashable {
    case untrained
    case teacher(String)
  }

  /// A model that scores are held against.
  struct Subject {
    let model: TaskSubject
    var isProjected = false
    /// Which channels of a picture it sees, from 0 on; nil: all.
    var channels: [Int]?
    /// What it knows of texts; nil: nothing.
    var texts: (() throws -> TextSide)?
    /// Stands for its weights and how they are used.
    let fingerprint: String
  }

  private let jobs: EvaluationJobs
  private let store: RunStore?
  /// What computes, as far as scores depend on it.
  private let arithmetic: String
  /// Names of the session's teachers.
  private let teachers: [String]
  private let make: (Role) throws -> Subject?

  /// Scores are written beside training, which waits for no store.
  private let writing = DispatchQueue(label: "mvp.baselines", qos: .utility)
  private let unwritten = DispatchGroup()
  /// So long the end of a run waits for them; what is lost is measured again.
  private static let patience = 2.0

  private var data: DataFingerprint
  private var known: [String: Double] = [:]
  private var subjects: [Role: Subject] = [:]
  private var pairs: [Role: [FeaturePair]] = [:]

  /// - Parameters:
  ///   - store: keeps what was measured; nil: it is measured again by whoever asks next.
  ///   - make: gives the model of a role; nil: there is none.
  init(
    jobs: EvaluationJobs, store: RunStore?, arithmetic: String, teachers: [String] = [],
    make: @escaping (Role) throws -> Subject?
  ) {
    self.jobs = jobs
    self.store = store
    self.arithmetic = arithmetic
    self.teachers = teachers
    self.make = make
    data = DataFingerprint(jobs.data)
  }

  /// What the scores of a plan are to be held against.
  ///
  /// - Parameter roles: those that there are; evaluations by texts have no untrained one, whose head knows none, and
  ///   those by a model's own classes have chance alone.
  func job(_ plan: EvaluationPlan, roles: [Role]) -> BaselineJob {
    guard plan.isAccuracy, !plan.needsClassifier else { return BaselineJob(self, plan, roles: []) }
    return BaselineJob(self, plan, roles: plan.needsTexts ? roles.filter { $0 != .untrained } : roles)
  }

  /// The untrained student and every teacher of the session that is a network, as models to judge.
  func companions(_ feature: PooledFeature) throws -> [EvaluationSubject.Companion] {
    try ([.untrained] + teachers.map { Role.teacher($0) }).compactMap { role in
      guard let subject = try subject(role) else { return nil }
      let name = if case .teacher(let name) = role { name } else { role.words }
      return EvaluationSubject.Companion(
        name: name,
        subject: EvaluationSubject(
          model: subject.model.model, normalization: subject.model.normalization, feature: feature,
          project: subject.isProjected, channels: subject.channels))
    }
  }

  /// No evaluation waits: models and features go, scores stay.
  func release() {
    subjects = [:]
    pairs = [:]
  }

  /// Looks at the next pictures.
  ///
  /// - Returns: what stands for all of them; nil: there are more to look at.
  func lookAtPictures() -> String? {
    data.advance()
    return data.value
  }

  func subject(_ role: Role) throws -> Subject? {
    if let subject = subjects[role] { return subject }
    subjects[role] = try make(role)
    return subjects[role]
  }

  func fingerprint(of subject: Subject, _ plan: EvaluationPlan, pictures: String) -> String {
    var hash = XXHash64()
    let words = [subject.fingerprint, "\(subject.isProjected)", plan.words, pictures, arithmetic]
    hash.update(words.joined(separator: "\n"))
    return hash.hexadecimal
  }

  func score(_ fingerprint: String) -> Double? {
    if let score = known[fingerprint] { return score }
    known[fingerprint] = store?.baselineScore(fingerprint)
    return known[fingerprint]
  }

  func keep(_ score: Double, of role: Role, _ plan: EvaluationPlan, fingerprint: String) {
    known[fingerprint] = score
    guard let store else { return }
    let (subject, kind) = (role.words, plan.name)
    writing.async(group: unwritten) {
      store.keepBaseline(score, subject: subject, kind: kind, fingerprint: fingerprint)
    }
  }

  /// To be called before the process ends.
  func settle() { _ = unwritten.wait(timeout: .now() + Self.patience) }

  /// The evaluation of a role's model. Those of one model share its features.
  func job(_ plan: EvaluationPlan, of role: Role) throws -> (any EvaluationJob)? {
    guard let subject = try subject(role) else { return nil }
    if let pair = pairs[role]?.first(where: { $0.subject.feature == plan.feature }) {
      return try plan.make(features: pair)
    }
    let pair = try FeaturePair(
      subject: EvaluationSubject(
        model: subject.model.model, normalization: subject.model.normalization, feature: plan.feature,
        project: subject.isProjected, channels: subject.channels, texts: subject.texts), data: jobs.data)
    pairs[role, default: []].append(pair)
    return try plan.make(features: pair)
  }
}

extension Baselines.Role {
  /// The teachers of a guidance, several where it is a mixture.
  static func teachers(_ guidance: String) -> [Baselines.Role] {
    GuidanceMixture.parts(of: guidance).map { .teacher($0) }
  }

  /// For progress and messages: `untrained`, `teacher clip`.
  var words: String {
    switch self {
    case .untrained: "untrained"
    case .teacher(let name): "teacher \(name)"
    }
  }
}
