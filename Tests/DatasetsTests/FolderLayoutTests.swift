import Datasets
import Foundation
import Testing

@Suite("What a folder of labelled pictures is")
struct FolderLayoutTests {
  @Test(
    "Names of parts, in every habit",
    arguments: [
      "train": "train", "Train": "train", "TRAINING": "train", "trn": "train", "train2017": "train",
      "Training_Set": "train",
      "ILSVRC2012_img_train": "train", "seg_train": "train", "trainImages": "train", "images-train": "train",
      "trainset": "train",
      "TrainVal": "train", "train_val": "train",
      "imagesTr": "train", "01_train": "train", "val": "validation", "VAL": "validation", "valid": "validation",
      "Validation": "validation", "dev": "validation", "eval": "validation", "val_256": "validation",
      "DevSet": "validation",
      "test": "test", "Testing": "test", "tst": "test", "test_images": "test", "imagesTs": "test", "testset": "test",
      "fold3": "fold", "cv_1": "fold", "cat": "", "train_station": "", "fold": "", "contest": "", "latest": "",
      "train_test": "",
      "devil": "", "validator": "", "images": "", "trainer": "", "2017": "",
    ])
  func names(name: String, role: String) {
    #expect(SplitRole(folderName: name)?.rawValue ?? "" == role)
  }

  /// Paths of folders, each with so many pictures; what comes of them.
  private func decided(_ folders: [String: Int], _ check: (LabelledFolders, URL) throws -> Void) throws {
    try withTemporaryFolder { root in
      try fill(root, folders)
      try check(LabelledFolders(in: root), root)
    }
  }

  private func fill(_ root: URL, _ folders: [String: Int]) throws {
    for (folder, count) in folders {
      let place = root.appendingPathComponent(folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<count { try Data("x".utf8).write(to: place.appendingPathComponent("\(number).png")) }
    }
  }

  private func both(_ prefixes: String..., count: Int = 2) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: prefixes.flatMap { prefix in ["cat", "dog"].map { ("\(prefix)/\($0)", count) } })
  }

  @Test(
    "Parts are told by their names, whatever the habit, and however deep",
    arguments: [
      ("train", "valid"), ("Train", "VAL"), ("training", "Testing"), ("trn", "tst"), ("images/train", "images/val"),
      ("set/a/train2017", "set/a/val2017"), ("ILSVRC2012_img_train", "ILSVRC2012_img_val"), ("train/train", "dev"),
      ("seg_train/seg_train", "seg_test/seg_test"), ("TrainVal", "Test"),
    ])
  func parts(train: String, test: String) throws {
    try decided(both(train, count: 4).merging(both(test)) { $1 }) { data, root in
      #expect(data.train.count == 8 && data.test.count == 4 && !data.isAutomatic)
      #expect(data.train.classNames == ["cat", "dog"] && data.test.classNames == ["cat", "dog"])
      #expect(data.train.name == root.path + "/" + train && data.split == "by the folders \(train) and \(test)")
      #expect(data.leftOut.isEmpty && data.notes.isEmpty)
    }
  }

  @Test("Of three parts, validation is scored on, and the third is counted")
  func three() throws {
    try decided(both("train", count: 4).merging(both("val", "test")) { $1 }) { data, _ in
      #expect(data.split == "by the folders train and val")
      #expect(data.leftOut.words == ["4 pictures of test (test/cat/0.png, ...)"])
      #expect(data.notes == ["of test, train, val, val is scored on"])
    }
    // Pictures for testing often have no labels.
    try decided(both("train", "test").merging(["val": 3]) { $1 }) { data, _ in
      #expect(data.split == "by the folders train and test")
      #expect(data.leftOut.words == ["3 pictures of val (val/0.png, ...)"])
    }
    try decided(both("train", "test").merging(["unlabelled": 3, "": 1]) { $1 }) { data, _ in
      #expect(data.leftOut.count == 4 && data.leftOut.words.contains("1 picture in no class directory (0.png)"))
    }
  }

  @Test("Where one part is alone, it is split, and that is said")
  func alone() throws {
    for part in ["train", "x/Test"] {
      try decided(both(part, count: 10)) { data, _ in
        #expect(data.isAutomatic && data.train.count == 16 && data.test.count == 4)
        #expect(data.notes == ["only \(part.split(separator: "/").last ?? "") is there"])
        #expect(data.split.contains("every fifth picture") && data.test.name.hasSuffix("every fifth"))
      }
    }
  }

  @Test("Each class may have its parts")
  func partsOfClasses() throws {
    let folders = ["cat/train": 3, "cat/test": 2, "dog/train": 3, "dog/test": 2, "dog/extra_val": 1]
    try decided(folders) { data, _ in
      #expect(data.leftOut.words == ["1 picture of extra_val (dog/extra_val)"])
      #expect(data.train.count == 6 && data.test.count == 4 && data.train.classNames == ["cat", "dog"])
      #expect((0..<6).map { data.train.label(at: $0) } == [0, 0, 0, 1, 1, 1])
      #expect(
        data.train.itemName(at: 0) == "cat/train/0.png" && data.split == "by the folders train and test in each class")
    }
  }

  @Test("One stray picture does not change what a folder is, wherever it lies; it is counted")
  func strays() throws {
    let parts = both("a/train", count: 4).merging(both("a/val")) { $1 }
    for place in ["", "a", "a/train", "a/val"] {
      try decided(parts.merging([place: 1]) { $1 }) { data, _ in
        #expect(data.split == "by the folders a/train and a/val" && data.train.count == 8 && data.test.count == 4)
        let name = place.isEmpty ? "0.png" : place + "/0.png"
        #expect(data.leftOut.words == ["1 picture in no class directory (\(name))"])
      }
    }
    let ofClasses = ["cat/train": 3, "cat/test": 2, "dog/train": 3, "dog/test": 2]
    for place in ["", "cat"] {
      try decided(ofClasses.merging([place: 1]) { $1 }) { data, _ in
        #expect(data.split == "by the folders train and test in each class")
        #expect(data.leftOut.count == 1 && data.train.count == 6 && data.test.count == 4)
      }
    }
    try decided(["x/cat": 5, "x/dog": 5, "": 1, "x": 1]) { data, _ in
      #expect(data.train.classNames == ["cat", "dog"] && data.leftOut.count == 2)
    }
  }

  @Test("A class that is called like a part is one where it stands among classes")
  func classes() throws {
    try decided(["train": 5, "bus": 5, "car": 5]) { data, _ in
      #expect(data.isAutomatic && data.train.classNames == ["bus", "car", "train"])
      #expect(data.notes == ["train counts as a class beside bus, car"])
    }
    try decided(["train/train": 4, "train/bus": 4, "val/train": 2, "val/bus": 2]) { data, _ in
      #expect(data.split == "by the folders train and val" && data.train.classNames == ["bus", "train"])
    }
    try decided(["cat/young": 5, "cat/old": 5, "dog/young": 5]) { data, _ in
      #expect(data.train.classNames == ["cat", "dog"])
    }
    try decided(["cat/images": 5, "dog/images": 5]) { data, _ in #expect(data.train.classNames == ["cat", "dog"]) }
  }

  @Test(
    "What cannot be told is refused in a sentence that says what to do",
    arguments: [
      (["train": 5, "valid": 5], "has no class directories"),
      (["train/cat": 5, "train/dog": 5, "valid": 5], "none of the class directories that train has"),
      (["val/cat": 5, "val/dog": 5, "test/cat": 5, "test/dog": 5], "nothing to learn from"),
      (
        ["train/a": 2, "train/b": 2, "Training/a": 2, "Training/b": 2, "val/a": 1, "val/b": 1],
        "several are to learn from"
      ),
      (["train/a": 2, "train/b": 2, "val/a": 2, "val/b": 2, "dev/a": 1, "dev/b": 1], "several are to score on"),
      (["train/a": 2, "train/b": 2, "query/a": 2, "query/b": 2], "none says that it is to score on"),
      (["learn/a": 2, "learn/b": 2, "judge/a": 2, "judge/b": 2], "either may be the classes"),
      (["fold1/a": 2, "fold1/b": 2, "fold2/a": 2, "fold2/b": 2], "told apart by numbers"),
      (["cat_train": 2, "cat_test": 2, "dog_train": 2, "dog_test": 2], "parts of one class"),
      (["cat": 5, "dog": 5, "val/cat": 2, "val/dog": 2], "nothing to learn from"),
      (
        ["train/cat": 5, "train/dog": 5, "val/cat": 5, "val/cow": 5],
        "a class directory cow that the training pictures lack"
      ),
      (["train/cat": 5, "val/cat": 5], "class"),
      (["cat": 5], "one class alone"), (["": 5], "no class directories"),
      (["cat": 3, "dog": 4], "fewer than 5 pictures"),
    ] as [([String: Int], String)])
  func refused(folders: [String: Int], words: String) throws {
    try withTemporaryFolder { root in
      try fill(root, folders)
      do {
        _ = try LabelledFolders(in: root)
        Issue.record("\(folders) was taken")
      } catch {
        #expect("\(error)".contains(words) && "\(error)".hasSuffix(".") && "\(error)".contains(root.path), "\(error)")
      }
    }
  }

  @Test("Classes without a picture to score on are named, in folders that are given as well")
  func missingClasses() throws {
    try withTemporaryFolder { root in
      try fill(root, ["a/cat": 2, "a/dog": 2, "a/cow": 2, "b/cat": 2, "b/dog": 0])
      let data = try LabelledFolders(train: root.appendingPathComponent("a"), test: root.appendingPathComponent("b"))
      #expect(data.notes == ["2 of 3 classes have no picture to score on (cow, dog)"])
      #expect(data.leftOut.words == ["1 class directory without pictures (dog)"])
      #expect(data.split == "by the two folders that were named")
      try fill(root, ["c/train/cat": 1, "c/train/dog": 1, "c/test/cat": 1, "c/test/dog": 1])
      #expect(throws: DatasetError.self) {
        try LabelledFolders(train: root.appendingPathComponent("c"), test: root.appendingPathComponent("b"))
      }
    }
  }
}
