import Tensors

/// One text feature a class, [classes, P]: the mean over its texts, each of length 1, brought to length 1 again, as
/// CLIP's zero-shot classifier has it (openai/CLIP, `notebooks/Prompt_Engineering_for_ImageNet.ipynb`).
/// - Parameters:
///   - texts: of every class, one or more.
///   - features: of some texts, [texts, P].
package func classFeatures(_ texts: [[String]], by features: ([String]) -> Tensor) -> Tensor {
  l2Normalize(
    concatenateRows(
      texts.map { texts in
        let rows = l2Normalize(features(texts).detached())
        return Tensor(columnMeans(rows), shape: [1, rows.shape[1]], device: rows.device)
      }))
}
