import Foundation
import Recipe
import Tensors

/// How a segmentation model was made, in its file.
package struct SegmentationCard: Codable, Equatable, Sendable {
  package var head: SegmentationHeadKind
  package var inference: SegmentationInference
  /// Pixels from a window to the next one; nil: two thirds of a window.
  package var stride: Int?

  package init(head: SegmentationHeadShape, inference: SegmentationInference, stride: Int?) {
    self.head = head.kind
    self.inference = inference
    self.stride = stride
  }

  var shape: SegmentationHeadShape { SegmentationHeadShape(head) }
}

extension SegmentationHeadShape {
  package init(_ kind: SegmentationHeadKind) {
    switch kind {
    case .linear: self = .linear
    }
  }

  var kind: SegmentationHeadKind {
    switch self {
    case .linear: .linear
    }
  }

  /// For people.
  package var words: String { kind.rawValue }
  /// Whether it reads tokens behind the model's final norm.
  package var readsNormed: Bool {
    switch self {
    case .linear: true
    }
  }
  /// Whether it has an auxiliary head.
  package var hasAuxiliary: Bool {
    switch self {
    case .linear: false
    }
  }
}

/// A segmentation model that the workbench trained.
package struct LoadedSegmentation {
  package let model: SegmentationModel
  package let normalization: PixelNormalization
  /// In the order of their numbers.
  package let classes: [String]
  package let card: SegmentationCard
}

/// Reads a segmentation model from a file of the workbench, or from a run's checkpoint.
/// - Returns: the model, frozen; nil where the file is no segmentation's.
/// - Throws: `CheckpointError`, one sentence that names the file and what is wrong.
package func loadSegmentation(from url: URL, device: any ComputeDevice) throws -> LoadedSegmentation? {
  let checkpoint = try CheckpointFolder(url)
  guard let card = try checkpoint.files.first.flatMap({ try ModelCard($0) }), let classes = card.classes,
    let segmentation = card.segmentation
  else { return nil }
  let vision = try loadVision(from: url, device: device)
  let reader = TowerReader(checkpoint, device: device) { [TensorPlace(names: [$0])] }
  let model = SegmentationModel(vision.model, segmentation.shape, classes.count, source: reader)
  if let failure = reader.failure { throw failure }
  model.freeze()
  return LoadedSegmentation(
    model: model, normalization: vision.normalization, classes: classes, card: segmentation)
}
