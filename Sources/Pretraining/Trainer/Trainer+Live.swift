import Tasks

extension Trainer: LiveValues {
  package var liveKeys: Set<String> {
    shareKeys.union(["optimizer.learning_rate_scale", "optimizer.clip_gradient", "mask.masked", "objective.tokens"])
  }

  package var lossKeys: Set<String> { shareKeys.union(["mask.masked", "objective.tokens"]) }

  private var shareKeys: Set<String> { Set(guidanceNames.map { "guidance.\($0).share" }) }

  package func apply(_ values: LiveRecipe) throws {
    // What may not fit comes first: nothing is changed then.
    masks = try MaskGenerator(
      kind: masks.kind, rows: masks.rows, columns: masks.columns, masked: values.maskedPatches,
      minimumBlock: values.minimumBlock, minimumAspect: masks.minimumAspect)
    settings.objective.tokens = values.lossTokens
    settings.shares = values.shares
    settings.learningRateScale = values.learningRateScale
    settings.gradientClip = values.gradientClip
  }
}
