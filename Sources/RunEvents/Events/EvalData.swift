/// The labelled pictures of an evaluation: what they are, how they were split, and what is not among them.
package struct EvalData: Codable, Equatable, Sendable {
  package var classes: Int
  /// The first of them, in the order of their numbers.
  package var classNames: [String]
  /// Pictures that are learned from, and scored on.
  package var train: Int
  package var test: Int
  /// How they came into the two: `by the folders train and valid`.
  package var split: String
  /// What was found where they are and is in neither.
  package var leftOut: Int
  /// Why, one text a reason: `3 files .webp (a.webp, b.webp, ...)`.
  package var leftOutReasons: [String]
  /// What else a person might not expect.
  package var notes: [String]
  /// Pictures that could not be decoded; ``train`` and ``test`` do without them.
  package var skipped: Int
  /// How many of those were to be scored on.
  package var skippedTest: Int
  /// The first of them with the reason.
  package var skippedPictures: [String]

  package static let mostNames = 5

  package init(
    classes: Int, classNames: [String], train: Int, test: Int, split: String, leftOut: Int = 0,
    leftOutReasons: [String] = [], notes: [String] = [], skipped: Int = 0, skippedTest: Int = 0,
    skippedPictures: [String] = []
  ) {
    self.classes = classes
    self.classNames = Array(classNames.prefix(Self.mostNames))
    self.train = train
    self.test = test
    self.split = split
    self.leftOut = leftOut
    self.leftOutReasons = leftOutReasons
    self.notes = notes
    self.skipped = skipped
    self.skippedTest = skippedTest
    self.skippedPictures = skippedPictures
  }

  enum CodingKeys: String, CodingKey {
    case classes, split, skipped
    case classNames = "class_names"
    case train = "train_pictures"
    case test = "test_pictures"
    case leftOut = "left_out"
    case leftOutReasons = "left_out_reasons"
    case notes = "data_notes"
    case skippedTest = "skipped_test"
    case skippedPictures = "skipped_pictures"
  }
}

extension EvalData {
  /// `3 classes (bee, cat, dog)`
  package var classWords: String {
    let names = classNames.joined(separator: ", ") + (classes > classNames.count ? ", ..." : "")
    return "\(classes) class\(classes == 1 ? "" : "es")" + (names.isEmpty ? "" : " (\(names))")
  }

  /// Everything in one line: `3 classes (bee, cat, dog), 60 training, 18 test pictures, 2 left out; split by the
  /// folders train and valid; left out: 2 links to nowhere (a.png, b.png)`.
  package var words: String {
    var parts = ["\(classWords), \(train) training, \(test) test pictures, \(leftOut) left out"]
    if !split.isEmpty { parts.append("split " + split) }
    parts += notes
    if leftOut > 0 { parts.append("left out: " + leftOutReasons.joined(separator: "; ")) }
    if let skippedWords { parts.append(skippedWords) }
    return parts.joined(separator: "; ")
  }

  /// `3 classes, 60 + 18 pictures`, and what is missing of them.
  package var shortWords: String {
    let text = "\(classes) classes, \(train) + \(test) pictures"
    guard skipped > 0 else { return text }
    return text + ", without \(skipped) broken"
  }

  /// `2 of 18 test pictures and 1 of 60 training pictures could not be decoded (...)`; nil if all could.
  package var skippedWords: String? {
    guard skipped > 0 else { return nil }
    let inTraining = skipped - skippedTest
    var parts: [String] = []
    if skippedTest > 0 { parts.append("\(skippedTest) of \(test + skippedTest) test pictures") }
    if inTraining > 0 { parts.append("\(inTraining) of \(train + inTraining) training pictures") }
    let shown = skippedPictures.joined(separator: "; ")
    return parts.joined(separator: " and ") + " could not be decoded" + (shown.isEmpty ? "" : " (\(shown))")
  }
}
