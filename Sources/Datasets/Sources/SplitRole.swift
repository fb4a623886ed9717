/// What a folder's name says about the part of a data set that it holds, in whatever habit it is written: `train`,
/// `Training_Set`, `VAL`, `imagesTest`, `ILSVRC2012_img_val`, `seg_train`.
package enum SplitRole: String, CaseIterable, Sendable {
  case train
  case validation
  case test
  /// One of several parts that are told apart by a number alone: `fold3`.
  case fold

  /// nil if the name says nothing of that kind: then it may be a class.
  package init?(folderName name: String) {
    let words = SplitRole.words(of: name)
    var roles: Set<SplitRole> = []
    for word in words {
      if let role = SplitRole.role(of: word) { roles.insert(role) } else if !SplitRole.isNeutral(word) { return nil }
    }
    // `TrainVal` is to learn from; `train_test` is both and so neither.
    if roles == [.train, .validation] { roles = [.train] }
    guard roles.count == 1, let only = roles.first else { return nil }
    if only == .fold, !name.contains(where: \.isNumber) { return nil }
    self = only
  }

  private static let names: [SplitRole: Set<String>] = [
    .train: ["train", "training", "trn", "tr", "trainval", "trainvalid"],
    .validation: [
      "val", "valid", "validation", "validate", "validating", "dev", "devel", "development", "eval", "evaluation",
      "vali",
    ],
    .test: ["test", "testing", "tst", "ts", "te", "holdout", "heldout"],
    .fold: ["fold", "cv"],
  ]

  /// Words that add nothing to a split's name.
  private static let neutral: Set<String> = [
    "set", "sets", "data", "dataset", "datasets", "split", "splits", "image", "images", "img", "imgs", "picture",
    "pictures",
    "photo", "photos", "jpg", "jpeg", "png", "file", "files", "folder", "raw", "seg", "ilsvrc", "imagenet", "coco",
    "cls", "part",
    "subset", "sample", "samples", "the", "my", "all", "full", "small", "mini", "resized", "cropped", "crops", "pre",
    "new", "px",
    "x", "v",
  ]

  private static func isNeutral(_ word: String) -> Bool { neutral.contains(word) || word.allSatisfy(\.isNumber) }

  /// A word by itself, or grown together with one that adds nothing: `trainset`, `imagestest`.
  private static func role(of word: String) -> SplitRole? {
    for role in allCases {
      for name in names[role] ?? [] {
        if word == name { return role }
        if word.hasPrefix(name), neutral.contains(String(word.dropFirst(name.count))), word.count > name.count + 1 {
          return role
        }
        if word.hasSuffix(name), neutral.contains(String(word.dropLast(name.count))), word.count > name.count + 1 {
          return role
        }
      }
    }
    return nil
  }

  /// Lower-case runs of letters and of digits; a capital begins a word where small letters go before.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var last: Character?
    for character in name {
      let continues =
        last.map { last in
          (last.isLetter && character.isLetter && !(last.isLowercase && character.isUppercase))
            || (last.isNumber && character.isNumber)
        } ?? false
      if character.isLetter || character.isNumber {
        if continues, let word = words.popLast() {
          words.append(word + character.lowercased())
        } else {
          words.append(character.lowercased())
        }
      }
      last = character
    }
    return words
  }

  /// A class's name without a split's name that is joined to it: `cat` of `cat_train` and of `train-cat`; nil if
  /// there is none.
  static func rest(of name: String) -> String? {
    let words = words(of: name)
    let kept = words.filter { role(of: $0) == nil }
    return kept.isEmpty || kept.count == words.count ? nil : kept.joined(separator: " ")
  }

  /// Whether a folder's name says nothing about what is in it: `images`, `raw`.
  static func isNeutral(folderName: String) -> Bool { words(of: folderName).allSatisfy { isNeutral($0) } }
}
