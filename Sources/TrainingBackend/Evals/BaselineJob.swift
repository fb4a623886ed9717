import Evaluation
import RunEvents

/// Finds what one score is to be held against, a slice at a time: what is known already is looked up, the rest is
/// measured. What cannot be measured is left out, and why is said.
final class BaselineJob {
  private struct Missing {
    let role: Baselines.Role
    let plan: EvaluationPlan
    let fingerprint: String
  }

  private let baselines: Baselines
  private let plan: EvaluationPlan
  private var unlooked: [Baselines.Role]
  private var missing: [Missing] = []
  private var working: (any EvaluationJob)?
  private var scores: [Baselines.Role: Double] = [:]
  private var projected: Set<Baselines.Role> = []
  /// A sentence for each that could not be measured; whoever tells them takes them.
  private var problems: [String] = []

  init(_ baselines: Baselines, _ plan: EvaluationPlan, roles: [Baselines.Role]) {
    self.baselines = baselines
    self.plan = plan
    unlooked = roles
  }

  /// Looks up what is known, some pictures or one model at a time.
  ///
  /// - Returns: whether it is known what has to be measured.
  func prepare() -> Bool {
    guard let role = unlooked.first else { return true }
    guard let pictures = baselines.lookAtPictures() else { return false }
    unlooked.removeFirst()
    do {
      guard let subject = try baselines.subject(role) else { return unlooked.isEmpty }
      if subject.isProjected { projected.insert(role) }
      let own = role == .untrained ? plan : plan.seeded(0)
      let fingerprint = baselines.fingerprint(of: subject, own, pictures: pictures)
      scores[role] = baselines.score(fingerprint)
      if scores[role] == nil { missing.append(Missing(role: role, plan: own, fingerprint: fingerprint)) }
    } catch {
      fail(role, error)
    }
    return unlooked.isEmpty
  }

  /// Evaluations that are left to make.
  var left: Int { missing.count }

  enum Progress {
    /// Of the first that is left.
    case working(fraction: Double, phase: String)
    case done
  }

  func advance() -> Progress {
    guard let next = missing.first else { return .done }
    do {
      guard let job = try working ?? baselines.job(next.plan, of: next.role) else { return end() }
      working = job
      switch try job.advance() {
      case .working(let fraction, let phase):
        return .working(fraction: fraction, phase: "\(next.role.words): \(phase)")
      case .done(let score):
        scores[next.role] = score.score
        baselines.keep(score.score, of: next.role, next.plan, fingerprint: next.fingerprint)
        return end()
      }
    } catch {
      fail(next.role, error)
      return end()
    }
  }

  private func end() -> Progress {
    missing.removeFirst()
    working = nil
    return missing.isEmpty ? .done : .working(fraction: 0, phase: missing[0].role.words)
  }

  private func fail(_ role: Baselines.Role, _ error: any Error) {
    problems.append(
      "\(plan.name) is not held against the \(role == .untrained ? "untrained student" : role.words): \(error)")
  }

  func takeProblems() -> [String] {
    defer { problems = [] }
    return problems
  }

  /// What is known so far. Of several teachers that guide at once it is the one with the best score.
  ///
  /// - Parameters:
  ///   - pictures: of the score that is held against it.
  ///   - classes: how many there are.
  func found(_ pictures: EvaluatedPictures, classes: Int) -> EvalBaselines {
    var found = EvalBaselines(pictures, classes: classes)
    for (role, score) in scores {
      switch role {
      case .untrained: found.untrained = score
      case .teacher(let name):
        if let other = found.teacher, other.score >= score { continue }
        found.teacher = EvalBaselines.Teacher(name: name, score: score, isProjected: projected.contains(role))
      }
    }
    return found
  }
}

extension EvalBaselines {
  /// Chance alone.
  init(_ pictures: EvaluatedPictures, classes: Int) {
    if let chance = pictures.chance {
      self.init(pictures: pictures.test, chance: chance, chanceOf: .pixels)
    } else {
      self.init(pictures: pictures.test, largestClass: pictures.largestTestClass, classes: classes)
    }
  }
}
