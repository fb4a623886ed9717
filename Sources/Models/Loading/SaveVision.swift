import Foundation
import Tensors

/// Writes an image model, and a text tower where there is one, as one safetensors file that describes itself: names and
/// shapes as in timm and BEiT, `text.` before the text tower's names, and a ``ModelCard`` under the metadata key
/// `mvp.config`.
/// - Parameters:
///   - others: further tensors, such as a classifier's
///   - card: family, normalisation, seed, recipe and scores; its configurations are taken from the models
///   - dtype: `.float16` halves the file; shipped teachers use it
package func saveVision(
  _ model: VisionTransformer, text: TextTransformer? = nil, others: [NamedTensor] = [], card: ModelCard,
  dtype: StorageType = .float32, to url: URL
) throws {
  var card = card
  card.vision = model.configuration
  card.text = text?.configuration
  // Fixed positions go along for those who load the file elsewhere.
  let positions =
    model.configuration.positions.isFixed
    ? model.positions.map { [NamedTensor(name: "pos_embed", tensor: $0)] } ?? [] : []
  let vision = (model.parameters() + positions).map { parameter in
    StoredTensor(
      name: parameter.name, shape: fileShape(parameter.name, parameter.tensor.shape, model.configuration)
    ) { parameter.tensor.array() }
  }
  let texts = text?.parameters(prefix: ModelCard.textPrefix).map { StoredTensor($0) } ?? []
  let further = others.map { StoredTensor($0) }
  try writeSafetensors(vision + texts + further, metadata: card.metadata(), dtype: dtype, to: url)
}

/// The same with the little that must be known.
package func saveVision(
  _ model: VisionTransformer, family: VisionFamily = .mvp, normalization: PixelNormalization,
  dtype: StorageType = .float32, to url: URL
) throws {
  let card = ModelCard(family: family, vision: model.configuration, normalization: normalization)
  try saveVision(model, card: card, dtype: dtype, to: url)
}
