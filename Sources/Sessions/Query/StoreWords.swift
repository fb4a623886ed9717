import Measures
import RunEvents

/// What the tables of run stores and their columns are, for people who ask them.
enum StoreWords {
  static let tables: [(name: String, words: String)] = [
    ("runs", "a run each"),
    ("metrics", "a step of a run each"),
    ("evals", "a result of an evaluation each"),
    ("events", "what a run told, as JSON lines"),
    ("checkpoints", "a checkpoint each, as it was written"),
    ("system", "what the machine did, a sample each"),
    ("pictures", "pixels of the preview pictures"),
    ("looks", "how the student did on a preview picture at a step"),
    ("baselines", "scores that others are held against"),
    ("ablations", "an ablation each"),
    ("ablation_cells", "a cell of an ablation each"),
    ("ablation_failures", "runs of ablations that failed"),
  ]

  /// Numbers that mean something to the program alone.
  static let hidden: Set<String> = ["more"]

  /// The names that the newest version has, where there is no store to ask.
  static func columns(of table: String) -> [String] {
    (words[table] ?? [:]).keys.sorted()
  }

  static func words(of column: String, in table: String) -> String {
    if let words = words[table]?[column] ?? common[column] { return words }
    if table == "metrics", let metric = Metric.earlier.first(where: { $0.key == column }) { return metric.longName }
    if table == "system", SystemMetric(rawValue: column) != nil {
      return column.replacingOccurrences(of: "_", with: " ")
    }
    return table == "metrics" ? "measured by some runs" : "of another version"
  }

  private static let common = [
    "session": "name of the session",
    "run": "name of the run",
    "step": "optimiser step",
    "time": "seconds since 1970",
    "created": "seconds since 1970",
    "guidance": "name of the guidance in force",
    "kind": "name of the evaluation",
    "ablation": "name of the ablation",
    "cell": "number of the cell in its ablation",
    "seed": "seed of its random numbers",
    "picture": "place in the preview set",
    "settings": "the session's values, as JSON: json_extract(settings, '$.mask.masked')",
  ]

  private static let words: [String: [String: String]] = [
    "runs": [
      "id": "number in its store",
      "name": "the same as run",
      "state": "running, paused, finished, stopped, failed, ...",
      "updated": "seconds since 1970 of the last word",
      "total_steps": "steps that it is to make",
      "last_step": "steps that it made",
      "last_loss": "loss of the last step",
      "reason": "why it failed, stopped or paused",
      "tags": "words that a person gave it",
      "note": "a line that a person wrote",
      "metrics": "what its steps measure, as JSON",
      "parent": "run that it was forked from",
      "parent_step": "step that it was forked at",
      "trial_of": "run that it judges",
      "trial_step": "step that it judges",
      "trial_kind": "evaluation that it makes",
      "trial_eval": "number of that evaluation",
    ],
    "metrics": [
      "total_steps": "steps of the run as it then was",
      "epoch": "passes over the pictures so far",
      "elapsed_seconds": "training time so far",
      "skipped_pictures": "pictures that could not be read",
    ],
    "evals": [
      "id": "number in its store",
      "eval": "number in its run",
      "score": "main score, a share of 1",
      "details": "further scores, as JSON",
      "summary": "options in words",
      "seconds": "how long it took",
      "test_pictures": "pictures that were judged",
      "chance": "score of guessing",
      "chance_of": "what is guessed: classes or pixels",
      "untrained_score": "score of the untrained student",
      "teacher": "name of the teacher",
      "teacher_score": "score of the teacher",
      "teacher_projected": "1: the teacher's projected features",
      "trial": "run that made it",
    ],
    "events": ["id": "ascending", "kind": "name of the event", "line": "the event, as JSON"],
    "checkpoints": [
      "path": "folder", "bytes": "of all files", "seconds": "how long it took to write",
    ],
    "system": ["number": "of the sample, from 1 on"],
    "pictures": ["rgb": "bytes, three a pixel"],
    "looks": ["look": "mask, cosines and looks at patches, as JSON"],
    "baselines": [
      "fingerprint": "of subject, evaluation and pictures", "subject": "what was judged", "score": "a share of 1",
      "measured": "seconds since 1970",
    ],
    "ablations": ["id": "number in its store", "name": "of the ablation", "plan": "axes, seeds, evaluations, as JSON"],
    "ablation_failures": ["reason": "why it failed"],
  ]
}
