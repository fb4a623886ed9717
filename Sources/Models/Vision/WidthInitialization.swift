import Tensors

extension VisionTransformer {
  /// Gives a fresh model the initial values of openai/CLIP (`clip/model.py`, `initialize_parameters`), whose spread
  /// follows the width.
  ///
  /// BEiT's 0.02 is made for widths of 768 and more: at width 128 its branches add almost nothing at first, and a model
  /// trained from it spends its first thousand steps on getting under way. Positions, learned later, start as 2-D sines
  /// and cosines.
  func initializeByWidth(seed: UInt64) {
    let narrow = 1 / Float(configuration.width).squareRoot()
    let residual = narrow / Float(2 * configuration.depth).squareRoot()
    for (number, parameter) in parameters().enumerated() {
      let spread: Float
      switch parameter.name.split(separator: ".").suffix(2).joined(separator: ".") {
      case "pos_embed" where configuration.width % 4 == 0:
        // Neighbours are alike from the start; positions drawn at random have to learn that first.
        let waves = sinCosPositions(grid: configuration.grid, width: configuration.width)
        parameter.tensor.write(waves.map { $0 / 2 })
        continue
      case "cls_token", "pos_embed", "qkv.weight", "head.weight": spread = narrow
      case "fc1.weight": spread = narrow / Float(2).squareRoot()
      case "proj.weight" where parameter.name.hasPrefix("patch_embed"):
        spread = 1 / (3 * Float(patchEmbedding.inputs)).squareRoot()
      case "proj.weight", "fc2.weight": spread = residual
      default: continue
      }
      var generator = Philox(seed: seed, purpose: .initialization, stream: UInt64(number), substream: 2)
      parameter.tensor.write((0..<parameter.tensor.count).map { _ in spread * generator.normal() })
    }
  }
}
