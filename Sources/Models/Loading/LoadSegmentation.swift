import Foundation
import Recipe
import Tensors

/// How a segmentation model was made, in its file.
package struct SegmentationCard: Codable, Equatable, Sendable {
  package var head: SegmentationHeadKind
  /// Width of UperNet; nil for other heads.
  package var channels: Int?
  package var inference: SegmentationInference
  /// Pixels from a window to the next one; nil: two thirds of a window.
  package var stride: Int?

  package init(head: SegmentationHeadShape, inference: SegmentationInference, stride: Int?) {
    self.head = head.kind
    channels = head.channels
    self.inference = inference
    self.stride = stride
  }

  func shape(width: Int) -> SegmentationHeadShape { SegmentationHeadShape(head, channels: channels, width: width) }
}

extension SegmentationHeadShape {
  /// - Parameters:
  ///   - channels: of UperNet; nil: as wide as the model.
  ///   - width: of the model.
  package init(_ kind: SegmentationHeadKind, channels: Int?, width: Int) {
    switch kind {
    case .linear: self = .linear
    case .upernet: self = .uperNet(channels: channels ?? width)
    }
  }

  package var kind: SegmentationHeadKind {
    switch self {
    case .linear: .linear
    case .uperNet: .upernet
    }
  }

  /// Width of UperNet; nil for other heads.
  package var channels: Int? {
    switch self {
    case .linear: nil
    case .uperNet(let channels): channels
    }
  }

  /// For people: `linear`, `UperNet of 768 channels`.
  package var words: String {
    switch self {
    case .linear: "linear"
    case .uperNet(let channels): "UperNet of \(channels) channels"
    }
  }

  /// Whether it reads tokens behind the model's final norm.
  package var readsNormed: Bool { self == .linear }
  /// Whether it has an auxiliary head.
  package var hasAuxiliary: Bool { self != .linear }
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
  let model = SegmentationModel(
    vision.model, segmentation.shape(width: vision.model.configuration.width), classes.count, source: reader)
  if let failure = reader.failure { throw failure }
  model.freeze()
  return LoadedSegmentation(
    model: model, normalization: vision.normalization, classes: classes, card: segmentation)
}
