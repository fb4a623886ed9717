import Datasets
import Evaluation
import Models
import Recipe
import Sessions

/// Pictures of other channels than red, green and blue.
extension RunAssembly {
  /// How the pixels of a student are normalised.
  var normalization: PixelNormalization {
    let data = settings.data
    guard let mean = data.mean, let deviation = data.deviation else { return .usual(channels: data.channels) }
    return PixelNormalization(mean: mean.map { Float($0) }, standardDeviation: deviation.map { Float($0) })
  }
}

extension EvaluationData {
  /// The same pictures with so many values a pixel.
  func with(channels: Int) -> EvaluationData {
    EvaluationData(
      train: train.with(channels: channels), test: test.with(channels: channels), split: split, leftOut: leftOut,
      notes: notes, classNames: classNames)
  }
}

extension BackendError {
  static func tokenizerOfColours(_ teacher: TeacherSettings, _ channels: Int) -> BackendError {
    BackendError(
      "guidance.\(teacher.name) is a tokenizer, which is made for red, green and blue, but data.channels is \(channels): take "
        + "computed:pixels, computed:hog or a teacher.")
  }

  static func teacherOfColours(_ teacher: TeacherSettings, _ channels: Int) -> BackendError {
    let example = ChannelView.usual(of: channels).map(String.init).joined(separator: ", ")
    return BackendError(
      "guidance.\(teacher.name) is a teacher of red, green and blue, but data.channels is \(channels): say which channels it sees for them, "
        + "for example guidance.view: [\(example)].")
  }

  static func teacherOfOthers(_ teacher: TeacherSettings, _ theirs: Int, _ channels: Int) -> BackendError {
    BackendError(
      "guidance.\(teacher.name) is a teacher for pictures of \(theirs) channel\(theirs == 1 ? "" : "s"), but data.channels is \(channels): "
        + "set data.channels to \(theirs), or take another teacher.")
  }
}
