import Canvas
import RunEvents

/// One way of looking at a picture of the preview set, patch by patch.
enum MaskPanel: Equatable, Sendable {
  case picture, cosine, loss, prediction, student, attention, frequency
  /// A teacher's features, by its name.
  case teacher(String)
  /// How many patches have which cosine.
  case histogram
  /// What is alike for one teacher more than for another, by their names.
  case difference(String, String)
  /// The newest cosines less earlier ones.
  case change
  /// The same picture in another run.
  case rival
  /// Classes of a picture's cells, as they are and as the model tells them, and what their signs mean.
  case truth, told, legend
  /// A picture that the run makes and describes itself.
  case described(PictureWords)
  /// What stands out in the target of each patch, and in its prediction, as signs: what they tell.
  case targetSigns(String), predictedSigns(String)

  /// What there is to see where the model tells classes of pixels.
  static let ofClasses: [MaskPanel] = [.picture, .truth, .told, .legend]

  /// What there is to see: teachers stand side by side, in the session's order.
  /// - Parameters:
  ///   - pictures: that the run makes and describes itself.
  ///   - signs: what the signs tell that targets are shown as; nil: they are not.
  static func all(
    teachers: [String], objective: String, pictures: [PictureWords] = [], signs: String? = nil
  ) -> [MaskPanel] {
    // A cosine objective is the cosine map over again.
    let loss: [MaskPanel] = objective == "cosine" ? [] : [.loss]
    let signs = signs.map { [MaskPanel.targetSigns($0), .predictedSigns($0)] } ?? []
    return [.picture] + pictures.map { .described($0) } + signs + teachers.map { .teacher($0) } + [
      .prediction, .cosine,
    ]
      + loss
      + [.student, .attention, .frequency]
  }

  /// What is compared: two teachers, two steps, and two runs where another one is laid over the curves.
  static func compared(teachers: [String], hasRival: Bool) -> [MaskPanel] {
    [.histogram] + (teachers.count > 1 ? [.difference(teachers[0], teachers[1])] : []) + [.change]
      + (hasRival ? [.rival] : [])
  }

  /// Whether it shows the features of a network, which the marked patch is held against.
  var isOfFeatures: Bool {
    switch self {
    case .student, .teacher: true
    default: false
    }
  }

  /// Whether the run says itself what it shows.
  var isDescribed: Bool {
    if case .described = self { true } else { false }
  }

  var isOfSigns: Bool {
    switch self {
    case .targetSigns, .predictedSigns: true
    default: false
    }
  }

  var title: String {
    switch self {
    case .picture: "picture"
    case .cosine: "cosine"
    case .loss: "loss"
    case .prediction: "predicted"
    case .student: "student"
    case .attention: "attention"
    case .frequency: "masked %"
    case .teacher(let name): guidanceName(name) + " sees"
    case .histogram: "cosines"
    case .difference(let first, let second): guidanceName(first) + " - " + guidanceName(second)
    case .change: "now - earlier"
    case .rival: "two runs"
    case .truth: "ground truth"
    case .told: "prediction"
    case .legend: "classes"
    case .described(let words): words.title
    case .targetSigns(let what): sanitised(what)
    case .predictedSigns(let what): sanitised(what) + " told"
    }
  }

  /// The same in as few words as fit a narrow screen.
  var brief: String {
    switch self {
    case .picture: "with the student's mask"
    case .cosine: "prediction and target: 9 is .9"
    case .loss: "of each patch, the most is 9"
    case .prediction: "like colours, like features"
    case .student, .teacher: "three principal components"
    case .attention: "of CLS, last block: most is 9"
    case .frequency: "of all masks: 4 is 40 to 49%"
    case .histogram: "patches by cosine"
    case .difference: "cosines: +12 is .12 more"
    case .change: "cosines: +12 is .12 better"
    case .rival: "cosines: 9 is .9"
    case .truth: "a sign for each class"
    case .told: "turned or underlined: wrong"
    case .legend: "cells of the picture"
    case .described(let words): words.brief
    case .targetSigns: "of the target"
    case .predictedSigns: "predicted; bold: masked"
    }
  }

  /// One sentence for the line under the panels.
  func help(_ inspection: PatchInspection?) -> String {
    switch self {
    case .picture: return "the picture with the mask that the student gets"
    case .cosine: return "cosine between prediction and target: 98 is .98"
    case .loss: return "\(inspection?.objective ?? "loss") of every patch, the greatest is 99"
    case .prediction:
      let name = guidanceName(inspection?.guidance ?? "")
      return "what the student predicts, in the components of \(name): like colours are like features"
    case .student:
      let part = inspection.map { " (\(percentText($0.studentExplained).trimmed) of the variance)" } ?? ""
      let what = inspection?.studentWhole == true ? "of the whole picture" : "under the mask"
      return "the student's own features \(what), first three principal components\(part)"
    case .attention:
      return "how much CLS attends to a patch in the student's last block, least 0, most 99; above: most to mean"
    case .frequency:
      return "how often a patch was masked in \(inspection?.maskCount ?? 0) masks so far, in percent"
    case .histogram:
      return "patches by cosine of prediction and target, masked and visible apart"
    case .difference(let first, let second):
      let (first, second) = (guidanceName(first), guidanceName(second))
      return "mean cosine with all patches in \(first) less that in \(second): +12 is .12 more alike for \(first)"
    case .change: return "cosine of prediction and target now less that of an earlier snapshot: +12 is .12 better"
    case .truth: return "what each part of the picture is; the legend has the signs of the classes"
    case .told: return "what the model takes each part for; underlined or turned around where it is wrong"
    case .described(let words): return words.help
    case .legend: return "cells of each class: as they are, and as the model tells them"
    case .targetSigns(let what): return "\(sanitised(what)) that stand out in the target of each patch"
    case .predictedSigns(let what): return "\(sanitised(what)) that the student predicts; masked patches are bold"
    case .rival: return "cosine of prediction and target in this run and in the one over the curves: 98 is .98"
    case .teacher(let name):
      let explained = inspection?.teachers.first { $0.name == name }?.explained
      let part = explained.map { " (\(percentText($0).trimmed) of the variance)" } ?? ""
      return "the teacher's features of the whole picture, first three principal components\(part)"
    }
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
