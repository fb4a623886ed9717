/// Where a run takes its micro-batches from.
package protocol BatchSource: AnyObject, Sendable {
  /// Pictures of a batch.
  var batchSize: Int { get }
  /// Pictures of one pass; decides epochs.
  var pictureCount: Int { get }
  /// Where single pictures can be had; nil if there are batches alone.
  var pictureSource: (any PictureSource)? { get }

  /// The batches of a step, one a view, each with the same pictures in the same order; a function of the step alone.
  /// - Throws: ``DatasetError`` if there are no pictures to be had.
  func batch(step: Int) throws -> [Batch]
}

extension BatchLoader: BatchSource {
  package var pictureCount: Int { source.count }
  package var pictureSource: (any PictureSource)? { source }
}

/// Batches that lie ready in memory, one after the other, over and over: for measurements in which loading does not
/// count.
package final class BatchesInMemory: BatchSource {
  private let batches: [Batch]

  /// - Parameter batches: of equal size; at least one.
  package init(_ batches: [Batch]) {
    precondition(!batches.isEmpty, "no batches")
    self.batches = batches
  }

  package var batchSize: Int { batches[0].count }
  package var pictureCount: Int { batches.count * batchSize }
  package var pictureSource: (any PictureSource)? { nil }

  package func batch(step: Int) -> [Batch] { [batches[step % batches.count]] }
}
