/// What keeps a run from starting, switching or resuming, in one sentence.
package enum TrainerError: Error, Equatable, CustomStringConvertible {
  case noGuidance
  case unknownGuidance(String, known: [String])
  case grid(guidance: String, teacher: [Int], student: [Int])
  case maskGrid(mask: [Int], student: [Int])
  case noPreviews
  case noAttention(String)
  case noAttendingTeacher
  /// A value of the objective that does not go with targets that are codes, or that goes with nothing else.
  case codes(key: String, value: String, advice: String)
  case state(String)

  package var description: String {
    switch self {
    case .noGuidance:
      "A run needs a guidance, but the session names none: add `clip` or `dino`."
    case .unknownGuidance(let name, let known):
      "There is no guidance `\(name)` in this run: choose \(known.map { "`\($0)`" }.joined(separator: ", "))."
    case .grid(let guidance, let teacher, let student):
      "The teacher of `\(guidance)` gives \(teacher[0]) x \(teacher[1]) patches where the student has "
        + "\(student[0]) x \(student[1]): choose an image size and patch size that agree."
    case .maskGrid(let mask, let student):
      "The masks are made for \(mask[0]) x \(mask[1]) patches where the student has \(student[0]) x \(student[1])."
    case .noPreviews:
      "This run has no preview pictures: set `preview.count` to 1 or more."
    case .noAttention(let name):
      "`\(name)` is computed from the picture alone: no network attends there."
    case .noAttendingTeacher:
      "mask.kind is attention, and no target of this run is a network that attends: add a teacher, or take another kind."
    case .codes(let key, let value, let advice):
      "objective.\(key) is \(value), \(advice)."
    case .state(let reason):
      "The training state cannot be restored: \(reason)."
    }
  }
}
