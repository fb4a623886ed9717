import Datasets
import Evaluation
import Foundation
import RunEvents

extension EvaluationData {
  /// Two folders of class directories, the second numbered as the first.
  init(train: URL, test: URL) throws { try self.init(LabelledFolders(train: train, test: test)) }

  /// One folder, of which ``LabelledFolders`` decides what it is.
  init(folder: URL) throws { try self.init(LabelledFolders(in: folder)) }

  /// Pictures with maps, of one folder or of two.
  init(_ folders: MappedFolders) {
    self.init(
      train: folders.train, test: folders.test, split: folders.split, leftOut: folders.leftOut,
      classNames: folders.train.mapClasses)
  }

  private init(_ folders: LabelledFolders) throws {
    self.init(
      train: folders.train, test: folders.test, split: folders.split, leftOut: folders.leftOut, notes: folders.notes)
    let overlap = try EvaluationOverlap(train: train, test: test)
    notes += try overlap.notes(isAutomatic: folders.isAutomatic)
  }

  /// Said where people read it.
  /// - Parameter pictures: of a score; nil before there is one.
  func described(_ pictures: EvaluatedPictures? = nil) -> EvalData {
    EvalData(
      classes: classNames.count, classNames: classNames, train: pictures?.train ?? train.count,
      test: pictures?.test ?? test.count, split: split, leftOut: leftOut.count, leftOutReasons: leftOut.words,
      notes: notes, skipped: pictures?.skipped.count ?? 0, skippedTest: pictures?.skippedTest.count ?? 0,
      skippedPictures: (pictures?.skipped ?? []).prefix(EvalData.mostNames).map { "\($0.path): \($0.reason)" })
  }
}
