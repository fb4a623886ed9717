import Foundation
import Recipe
import Tensors

/// A classifier that the workbench fine-tuned, with how its pixels are normalised.
package struct LoadedClassifier {
  package let model: Classifier
  package let normalization: PixelNormalization
  /// In the order of their numbers.
  package let classes: [String]
  /// Share of the resized shorter side that its centre crop keeps.
  package let cropShare: Float
}

/// Reads a classifier from a file of the workbench, or from a run's checkpoint.
/// - Parameter imageSize: in pixels, of the pictures that the model is to see; nil: its own
/// - Returns: the classifier, frozen; nil where the file is no classifier's.
/// - Throws: `CheckpointError`, one sentence that names the file and what is wrong.
package func loadClassifier(
  from url: URL, device: any ComputeDevice, imageSize: PlaneSize? = nil
) throws -> LoadedClassifier? {
  let checkpoint = try CheckpointFolder(url)
  guard let card = try checkpoint.files.first.flatMap({ try ModelCard($0) }), let classes = card.classes,
    let pooling = card.pooling
  else { return nil }
  let vision = try loadVision(from: url, device: device, imageSize: imageSize)
  let reader = TowerReader(checkpoint, device: device) { [TensorPlace(names: [$0])] }
  let model = Classifier(vision.model, pooling, classes.count, source: reader)
  if let failure = reader.failure { throw failure }
  model.freeze()
  return LoadedClassifier(
    model: model, normalization: vision.normalization, classes: classes, cropShare: card.cropShare ?? 1)
}
