import Foundation

/// A run of an ablation, or one that has still to be made.
package struct AblationRun: Codable, Equatable, Sendable {
  /// ``AblationPlan/trunk``, or a cell's number.
  package var cell: Int
  package var seed: UInt64
  /// nil: it has not begun.
  package var run: String?
  package var state: RunStanding
  package var step: Int
  /// 0 where it is not known yet.
  package var totalSteps: Int
  package var loss: Double?
  /// Of its last step, by kind of evaluation.
  package var scores: [String: Double]
  /// Pictures that those were counted on, where they are shares of pictures.
  package var pictures: [String: Int]
  /// What those are held against, by kind, where that is known.
  package var baselines: [String: EvalBaselines]
  /// Why it failed, or gave no score.
  package var failure: String?
  /// Losses on the way, at equal distances over the whole length; nil where no step was made yet.
  package var losses: [Double?]

  package init(
    cell: Int, seed: UInt64, run: String? = nil, state: RunStanding = .waiting, step: Int = 0, totalSteps: Int = 0,
    loss: Double? = nil, scores: [String: Double] = [:], pictures: [String: Int] = [:],
    baselines: [String: EvalBaselines] = [:], failure: String? = nil, losses: [Double?] = []
  ) {
    self.cell = cell
    self.seed = seed
    self.run = run
    self.state = state
    self.step = step
    self.totalSteps = totalSteps
    self.loss = loss
    self.scores = scores
    self.pictures = pictures
    self.baselines = baselines
    self.failure = failure
    self.losses = losses
  }

  enum CodingKeys: String, CodingKey {
    case cell, seed, run, state, step, loss, scores, pictures, baselines, failure, losses
    case totalSteps = "total_steps"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    cell = try fields.decode(Int.self, forKey: .cell)
    seed = try fields.decode(UInt64.self, forKey: .seed)
    run = try fields.decodeIfPresent(String.self, forKey: .run)
    state = try fields.decode(RunStanding.self, forKey: .state)
    step = try fields.decode(Int.self, forKey: .step)
    totalSteps = try fields.decode(Int.self, forKey: .totalSteps)
    loss = try fields.decodeIfPresent(Double.self, forKey: .loss)
    scores = try fields.decode([String: Double].self, forKey: .scores)
    pictures = try fields.decode([String: Int].self, forKey: .pictures)
    // Earlier versions did not say it.
    baselines = try fields.decodeIfPresent([String: EvalBaselines].self, forKey: .baselines) ?? [:]
    failure = try fields.decodeIfPresent(String.self, forKey: .failure)
    losses = try fields.decode([Double?].self, forKey: .losses)
  }
}

extension RunStanding {
  /// Of a run of an ablation that has not begun.
  package static let waiting = RunStanding.other("waiting")
}

/// An ablation as far as it has come.
package struct AblationTable: Codable, Equatable, Sendable {
  package var name: String
  package var created: Date
  package var plan: AblationPlan
  /// The process that makes its runs; nil: none does now.
  package var process: Int?
  /// A run for each seed and cell, in the order in which they are made; those of the trunk among them.
  package var runs: [AblationRun]

  package init(name: String, created: Date, plan: AblationPlan, process: Int? = nil, runs: [AblationRun]) {
    self.name = name
    self.created = created
    self.plan = plan
    self.process = process
    self.runs = runs
  }
}

/// All ablations of the session, newest first: the answer to ``RunCommand/listAblations``.
package struct AblationList: Codable, Equatable, Sendable {
  package var ablations: [AblationTable]

  package init(_ ablations: [AblationTable]) { self.ablations = ablations }
}

extension AblationTable {
  /// The combination of values with its runs, by seed.
  package struct Cell: Equatable, Sendable {
    package let number: Int
    /// In the order of the axes.
    package let values: [String]
    package let runs: [AblationRun]
  }

  package var cells: [Cell] {
    let byCell = Dictionary(grouping: runs, by: \.cell)
    return plan.cells.enumerated().map { index, values in
      let own = byCell[index + 1] ?? []
      return Cell(
        number: index + 1, values: values,
        runs: plan.seeds.map { seed in
          own.first { $0.seed == seed } ?? AblationRun(cell: index + 1, seed: seed)
        })
    }
  }

  /// Runs of the cells, the trunks left out.
  package var cellRuns: [AblationRun] { runs.filter { $0.cell != AblationPlan.trunk } }

  /// Whether a run has made all its steps and has every score that was asked for.
  package func isDone(_ run: AblationRun) -> Bool {
    run.state == .finished && plan.kinds(of: run.cell).allSatisfy { run.scores[$0] != nil }
  }

  package var doneCount: Int { cellRuns.count(where: isDone) }

  /// Whether nothing is left to be made: every run is done, or failed.
  package var isEnded: Bool { cellRuns.allSatisfy { isDone($0) || $0.failure != nil } }

  package var failures: [AblationRun] { cellRuns.filter { $0.failure != nil } }

  /// Kinds of evaluation with a column: those that were asked for, then others that some run was judged by since.
  package var kinds: [String] {
    plan.kinds + Set(cellRuns.flatMap(\.scores.keys)).subtracting(plan.kinds).sorted()
  }

  /// `masks 7 of 18`
  package var words: String { "\(name) \(doneCount) of \(cellRuns.count)" }
}

extension AblationTable.Cell {
  /// Scores by seed; nil where there is none yet.
  package func scores(_ kind: String) -> [Double?] { runs.map { $0.scores[kind] } }

  package func spread(_ kind: String) -> ScoreSpread? { ScoreSpread(scores(kind).compactMap(\.self)) }

  /// How far this cell lies above another one, by the seeds that both have a score of.
  package func difference(_ kind: String, from other: Self) -> ScoreDifference? {
    var pictures: Int?
    let pairs = zip(runs, other.runs).compactMap { mine, theirs -> (score: Double, other: Double)? in
      guard let score = mine.scores[kind], let reference = theirs.scores[kind] else { return nil }
      if let count = mine.pictures[kind], count == theirs.pictures[kind] { pictures = count }
      return (score, reference)
    }
    return ScoreDifference(pairs, pictures: pictures)
  }
}
