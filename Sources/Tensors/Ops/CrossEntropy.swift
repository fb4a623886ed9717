/// Cross-entropy with labels, mean over rows, as torch's `cross_entropy`.
/// - Parameters:
///   - logits: [R, C]
///   - labels: R class numbers in 0..<C
///   - smoothing: share of the target spread evenly over all classes
package func crossEntropy(_ logits: Tensor, labels: [Int32], smoothing: Float = 0) -> Tensor {
  precondition(labels.count == logits.rows, "crossEntropy: \(labels.count) labels for \(logits.rows) rows")
  precondition(
    labels.allSatisfy { $0 >= 0 && $0 < logits.columns }, "crossEntropy: label outside 0..<\(logits.columns)")
  return crossEntropy(logits, labels: labels, targets: nil, smoothing: smoothing, temperature: 1)
}

/// Mean over rows of -Σ target log softmax(logits / temperature).
/// - Parameters:
///   - logits: [R, C]
///   - targets: [R, C] probabilities, no gradient
package func softCrossEntropy(_ logits: Tensor, targets: Tensor, temperature: Float) -> Tensor {
  precondition(targets.count == logits.count, "softCrossEntropy: \(logits.shape) and \(targets.shape)")
  return crossEntropy(logits, labels: nil, targets: targets, smoothing: 0, temperature: temperature)
}

private func crossEntropy(
  _ logits: Tensor, labels: [Int32]?, targets: Tensor?, smoothing: Float, temperature: Float
) -> Tensor {
  let logits = logits.float32()
  let device = logits.device
  let (rows, columns) = (logits.rows, logits.columns)
  // The gradient, (softmax - target) / (temperature R), is known with the loss: kept from the forward pass.
  let gradient = logits.isTracked ? device.allocate(logits.count) : nil
  let total = device.crossEntropy(
    x: logits.storage, labels: labels, targets: targets?.storage, smoothing: smoothing, temperature: temperature,
    dx: gradient, scale: 1 / Float(rows), rows: rows, columns: columns)
  let node = TapeNode.record([logits], count: 1) { [target = logits.target] dy in
    guard let gradient else { return }
    target.add(gradient, times: dy)
  }
  return scalarTensor(Float(total / Double(rows)), device: device, node: node)
}

/// CLIP's symmetric contrastive loss: each image must find its text among the batch's, and each text its image.
/// Source: Radford et al. 2021, figure 3.
/// - Parameters:
///   - image: [B, D], rows of unit length
///   - text: [B, D], rows of unit length
///   - logitScale: [1], logarithm of the inverse temperature
package func contrastiveLoss(image: Tensor, text: Tensor, logitScale: Tensor) -> Tensor {
  let labels = (0..<image.rows).map { Int32($0) }
  let perImage = scaledByExponential(matmulTransposed(image, text), logScale: logitScale)
  let perText = scaledByExponential(matmulTransposed(text, image), logScale: logitScale)
  return scaled(add(crossEntropy(perImage, labels: labels), crossEntropy(perText, labels: labels)), by: 0.5)
}
