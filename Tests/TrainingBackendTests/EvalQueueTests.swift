import RunEvents
import Sessions
import Testing
import TrainingBackend

@Suite struct EvalQueueTests {
  /// Several wait in line, the cancelled one leaves it, the others end in their order and are numbered over resumes.
  @Test func queuedEvalsEndInOrderAndCanBeCancelled() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 3) { event in
      switch event {
      case .step(let metrics) where metrics.step == 1:
        [
          .evaluate(EvalRequest(kind: "knn", options: ["k": "3,7", "temperature": "0.1"])),
          .evaluate(EvalRequest(kind: "linear")), .evaluate(EvalRequest(kind: "knn", options: ["features": "mean"])),
          .cancelEval(id: 2), .cancelEval(id: 9), .evaluate(EvalRequest(kind: "zeroshot", options: ["names": "a"])),
        ]
      default: []
      }
    }
    #expect(events.results.map(\.id) == [1, 3])
    #expect(events.results[0].summary == "k=3,7 T=0.1")
    #expect(Set(["knn@3", "knn@7", "knn@10", "knn@20"]).isSubset(of: events.results[0].details.keys))
    #expect(events.failures.map(\.id) == [2, 4])
    #expect(events.failures[0].reason == "cancelled")
    #expect(events.failures[1].reason.contains("zeroshot"))
    #expect(events.losses.count == 3)
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder)
    let more = try small.run(steps: 2, resume: true, session: stored.session) { event in
      if case .step(let metrics) = event, metrics.step == 4 { [.evaluate(EvalRequest(kind: "knn"))] } else { [] }
    }
    #expect(more.results.map(\.id) == [4])
  }

  /// Every so many steps and at the end, on the usual pictures and on sets by name: each has a score of its own in the
  /// store, held against what is measured on the same pictures, and an evaluation outside the run finds the same.
  @Test func namedSetsHaveScoresOfTheirOwn() throws {
    let small = try SmallRun()
    let settings = [
      "schedule.steps=4", "schedule.eval_every=2", "evals.sets.odd.train_range=[300000, 300030]",
      "evals.sets.odd.test_range=[301000, 301012]", "evals.sets.odd.test_looks=any",
      "evals.sets.more.train_range=[310000, 310040]", "evals.sets.more.test_range=[311000, 311008]",
      "evals.during=[knn, knn/odd, knn/more]", "evals.at_end=[knn/odd, centroid/odd]",
    ]
    let events = try small.run(overrides: settings)
    let started = try #require(events.compactMap { if case .started(let run) = $0 { run } else { nil } }.first)
    #expect(Set(["knn", "knn/odd", "knn/more", "centroid/odd"]).isSubset(of: started.evals))
    #expect(!started.evals.contains("centroid/more") && started.evals.count == started.evaluations?.count)
    #expect(started.evaluations?.first { $0.kind == "knn/odd" }?.title == "kNN odd")
    #expect(
      events.results.map(\.kind) == ["knn", "knn/odd", "knn/more", "knn/odd", "centroid/odd"], "\(events.failures)")
    #expect(events.results.map { $0.data?.test } == [16, 12, 8, 12, 12])
    #expect(events.results.map { $0.baselines?.pictures } == [16, 12, 8, 12, 12])
    #expect(events.results.allSatisfy { $0.baselines?.untrained != nil && $0.baselines?.teacher?.name == "clip" })
    #expect(events.results.allSatisfy { $0.baselines?.chance != nil })
    let verdict = try #require(events.summary?.verdict)
    #expect(verdict.hasPrefix("kNN odd ") && verdict.contains("; centroid odd "), "\(verdict)")
    let listing = try #require(try small.store.catalog().runs.first)
    #expect(Set(listing.evals.keys) == ["knn", "knn/odd", "knn/more", "centroid/odd"])
    #expect(listing.baselines?["knn/odd"]?.pictures == 12)

    let record = try #require(try small.store.runs().first)
    let stored = try loadStoredSession("small", run: nil, sessionsDirectory: small.folder)
    var reports: [ModelEvaluation.Report] = []
    try ModelEvaluation(
      subject: .checkpoint(run: record, step: nil), session: stored.session,
      requests: ["knn/odd", "knn", "centroid/odd"].map { EvalRequest(kind: $0) }
    ).run(report: { reports.append($0) })
    #expect(reports.map(\.kind) == ["knn/odd", "knn", "centroid/odd"])
    #expect(reports[0].score == events.results[3].score && reports[2].score == events.results[4].score)
    #expect(reports[0].data.test == 12 && reports[1].data.test == 16)
  }

  @Test func setsThatAreNotThereAreRefused() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 2, overrides: ["evals.sets.odd.train_range=[300000, 300030]"]) { event in
      guard case .step(let metrics) = event, metrics.step == 1 else { return [] }
      return ["knn/even", "segment/odd"].map { .evaluate(EvalRequest(kind: $0)) }
    }
    #expect(events.failures.map(\.kind) == ["knn/even", "segment/odd"])
    #expect(events.failures[0].reason.contains("no set of labelled pictures even: evals.sets has odd"))
    #expect(events.failures[1].reason.contains("the pictures of evals.data alone"), "\(events.failures)")
    let away = try small.run(
      steps: 1, overrides: ["evals.sets.gone.path=\(small.folder.path)/gone", "evals.during=[knn/gone]"])
    #expect(away.losses.isEmpty && away.summary?.reason?.contains("evals.sets.gone.path") == true)
  }

  /// Evaluations do not change training.
  @Test func lossesAreTheSameWithAndWithout() throws {
    let small = try SmallRun()
    let plain = try small.run(steps: 5).losses
    let judged = try small.run(steps: 5) { event in
      if case .step(let metrics) = event, metrics.step < 4 { [.evaluate(EvalRequest(kind: "linear"))] } else { [] }
    }
    #expect(judged.losses == plain && judged.results.count == 3)
  }

  /// Each score is held against the untrained student and the guidance's teacher. Both are measured once: a later run
  /// finds them in the store and spends nothing on them.
  @Test func whatScoresAreHeldAgainstIsMeasuredOnce() throws {
    let small = try SmallRun()
    func judged() throws -> (result: EvalResult, phases: [String], fractions: [Double], losses: [Double]) {
      let events = try small.run(steps: 3) { event in
        if case .step(let metrics) = event, metrics.step == 1 { [.evaluate(EvalRequest(kind: "knn"))] } else { [] }
      }
      let progress = events.compactMap { if case .evalProgress(let progress) = $0 { progress } else { nil } }
      return (try #require(events.results.first), progress.map(\.phase), progress.map(\.fraction), events.losses)
    }
    let first = try judged()
    let baselines = try #require(first.result.baselines)
    // Of 16 scenes two are of each of four classes.
    #expect(baselines.pictures == 16 && baselines.chance == 0.125 && baselines.chanceOf == .majority)
    #expect(baselines.teacher?.name == "clip" && baselines.untrained != nil)
    #expect(first.phases.contains { $0.hasPrefix("untrained: features") })
    #expect(first.phases.contains { $0.hasPrefix("teacher clip: features") })
    #expect(first.fractions == first.fractions.sorted(), "progress never goes back")
    let second = try judged()
    #expect(second.result.baselines == baselines && second.losses == first.losses)
    #expect(!second.phases.contains { $0.hasPrefix("untrained") || $0.hasPrefix("teacher") })
    // The catalogue tells it too.
    let listing = try #require(try small.store.catalog().runs.first)
    #expect(listing.baselines?["knn"] == baselines)
  }

  /// What is looked up is looked up by pictures, weights and options: other ones are measured anew.
  @Test func otherOptionsAreOtherMeasurements() throws {
    let small = try SmallRun()
    func phases(_ overrides: [String], _ options: [String: String] = [:]) throws -> Set<String> {
      let events = try small.run(steps: 2, overrides: overrides) { event in
        if case .step(let metrics) = event, metrics.step == 1 {
          [.evaluate(EvalRequest(kind: "knn", options: options))]
        } else {
          []
        }
      }
      let words = events.compactMap { if case .evalProgress(let progress) = $0 { progress.phase } else { nil } }
      return Set(
        ["untrained", "teacher clip", "teacher dino"].filter { role in words.contains { $0.hasPrefix(role) } })
    }
    #expect(try phases([]) == ["untrained", "teacher clip"])
    #expect(try phases([]) == [])
    #expect(try phases([], ["k": "3"]) == ["untrained", "teacher clip"])
    #expect(try phases(["seed=4"]) == ["untrained"], "a teacher is the same whatever the seed")
    #expect(try phases(["guidance.start=dino"]) == ["teacher dino"])
    #expect(try phases(["evals.data.test_range=[206000, 206015]"]) == ["untrained", "teacher clip"])
  }

  /// Cancelled while the others are measured, an evaluation gives the score that it has.
  @Test func cancellingKeepsTheScore() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 4) { event in
      switch event {
      case .step(let metrics) where metrics.step == 1: [.evaluate(EvalRequest(kind: "knn"))]
      case .evalProgress(let progress) where progress.phase.hasPrefix("untrained: "): [.cancelEval(id: progress.id)]
      default: []
      }
    }
    #expect(events.failures.isEmpty)
    let baselines = try #require(events.results.first?.baselines)
    #expect(baselines.untrained == nil && baselines.teacher == nil && baselines.pictures == 16)
  }

  /// A run that made all its steps ends with what its last evaluations found.
  @Test func theEndSaysWhatWasFound() throws {
    let small = try SmallRun()
    let events = try small.run(overrides: ["schedule.steps=4", "evals.at_end=[knn, centroid]"])
    let verdict = try #require(events.summary?.verdict)
    let parts = verdict.components(separatedBy: "; ")
    #expect(parts.count == 2 && parts[0].hasPrefix("kNN ") && parts[1].hasPrefix("centroid "))
    for part in parts {
      #expect(part.contains(" on 16 pictures: ") && part.contains("the untrained student"))
      #expect(part.contains("the teacher clip, chance "))
    }
    #expect(events.results.allSatisfy { verdict.contains(scoreText($0.score)) })
    #expect(try small.run(steps: 2).summary?.verdict == nil, "a run that is not at its end says nothing")
  }
}
