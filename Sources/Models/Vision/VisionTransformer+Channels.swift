import Tensors

/// How the patch embedding of a model of colours becomes one of other channels, as timm has it
/// (`timm/models/_manipulate.py`, `adapt_input_conv`): for one channel the sum over red, green and blue; for others
/// red, green and blue over and over, times 3 over their number, so that a picture gives about what it gave.
package enum ChannelAdaptation {
  /// What is done, for people; nil where it cannot be done.
  package static func words(from theirs: Int, to mine: Int) -> String? {
    guard theirs == 3, mine != 3 else { return nil }
    return mine == 1
      ? "its patch embedding is summed over red, green and blue, for pictures of 1 channel"
      : "its patch embedding is repeated over \(mine) channels and scaled by 3/\(mine)"
  }

  /// Channels of colours that go into a channel, each with this factor.
  static func sources(of channel: Int, among channels: Int) -> (colours: [Int], factor: Float) {
    channels == 1 ? ([0, 1, 2], 1) : ([channel % 3], 3 / Float(channels))
  }
}

extension VisionTransformer {
  /// Takes the patch embedding of a model of colours for pictures of other channels, where pixels are normalised in
  /// another way: each channel counts as the colours that it stands for, normalised as the other model has it.
  func takePatchEmbedding(
    of other: VisionTransformer, normalized theirs: PixelNormalization, for mine: PixelNormalization
  ) {
    let (channels, area) = (configuration.channels, configuration.patchSize * configuration.patchSize)
    guard other.configuration.channels == 3, other.configuration.patchSize == configuration.patchSize,
      other.configuration.width == configuration.width
    else { return }
    let given = other.patchEmbedding.weight.array()
    var weights = [Float](repeating: 0, count: configuration.width * channels * area)
    var offsets = patchEmbedding.bias?.array() ?? []
    for output in 0..<configuration.width {
      for channel in 0..<channels {
        let (colours, factor) = ChannelAdaptation.sources(of: channel, among: channels)
        let into = (output * channels + channel) * area
        for colour in colours {
          let deviation = theirs.standardDeviation[colour]
          let scale = factor * mine.standardDeviation[channel] / deviation
          let shift = factor * (mine.mean[channel] - theirs.mean[colour]) / deviation
          let from = (output * 3 + colour) * area
          for place in 0..<area {
            weights[into + place] += given[from + place] * scale
            if !offsets.isEmpty { offsets[output] += given[from + place] * shift }
          }
        }
      }
    }
    patchEmbedding.weight.write(weights)
    if !offsets.isEmpty { patchEmbedding.bias?.write(offsets) }
  }
}

extension LoadedVision {
  /// The same model for pictures of other channels.
  /// - Parameter mine: how their pixels are normalised; as many figures as there are channels.
  /// - Throws: `CheckpointError` where the model is one of other channels itself.
  package func adapted(to mine: PixelNormalization, path: String) throws -> LoadedVision {
    let (theirs, channels) = (model.configuration.channels, mine.mean.count)
    guard theirs != channels else { return self }
    guard let words = ChannelAdaptation.words(from: theirs, to: channels) else {
      throw CheckpointError.file(
        path,
        "is a model for pictures of \(theirs) channel\(theirs == 1 ? "" : "s") and data.channels is \(channels): set "
          + "data.channels to \(theirs), or begin with a model of red, green and blue, which is fitted to other channels"
      )
    }
    var configuration = model.configuration
    configuration.channels = channels
    configuration.patchBias = true
    let made = VisionTransformer(configuration, device: model.device, seed: 0)
    _ = made.begin(from: model, normalized: normalization, for: mine)
    made.freeze()
    return LoadedVision(
      model: made, family: family, report: report, normalization: mine, cropShare: cropShare, card: nil,
      notes: notes + [words])
  }
}
