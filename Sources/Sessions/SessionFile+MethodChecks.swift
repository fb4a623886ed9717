import Recipe

extension SessionChecks {
  /// Whether encoding, head, loss tokens and student go together.
  func checkMethod() throws {
    let (objective, student) = (session.objective, session.student)
    if objective.encoding == .sparse {
      try require(
        objective.head != .normed, ["objective.head", "objective.encoding", "objective.method"],
        "objective.head is normed, which reads the last block of every patch, but objective.encoding is sparse; set the encoding to "
          + "dense, or the head to linear or decoder")
      try require(
        objective.head != .linearCLS, ["objective.head", "objective.encoding", "objective.method"],
        "objective.head is linear+cls, which reads an earlier block of every patch, but objective.encoding is sparse; set the encoding "
          + "to dense, or the head to linear or decoder")
      try require(
        !student.relativePositionBias, ["student.relative_position_bias", "objective.encoding", "objective.method"],
        "objective.encoding is sparse, which leaves out patches that student.relative_position_bias has entries for; set the bias "
          + "to off and the positions to sincos or learned")
      try require(
        student.rotary == nil, ["student.rotary", "objective.encoding", "objective.method"],
        "objective.encoding is sparse, which leaves out patches, but student.rotary turns those of whole pictures; set it to none and "
          + "student.positions to sincos or learned")
      guard objective.head != .regressor else { return try checkRegressor() }
      try require(
        objective.head == .decoder || objective.loss != .relational,
        ["objective.loss", "objective.head", "objective.encoding"],
        "objective.loss is relational, which compares every token with all others, but a sparse encoding with a linear head predicts "
          + "visible patches alone; set the encoding to dense, or objective.head to decoder")
      try require(
        objective.head == .decoder || objective.tokens == .visible,
        ["objective.tokens", "objective.head", "objective.encoding"],
        "objective.tokens is \(objective.tokens.rawValue), but a sparse encoding with a linear head predicts visible patches alone; set the "
          + "tokens to visible, or objective.head to decoder")
    }
    try require(
      objective.head != .regressor, ["objective.head", "objective.encoding", "objective.method"],
      "objective.head is regressor, which finds what the student does not see, but objective.encoding is dense; set the encoding to "
        + "sparse, or the head to linear or decoder")
    guard objective.head == .decoder else { return }
    let decoder = objective.decoder.shape(of: student)
    let keys = ["objective.decoder.heads", "objective.decoder.width", "objective.head"]
    try require(
      decoder.width % 4 == 0, ["objective.decoder.width", "objective.head"],
      "objective.decoder.width is \(decoder.width), which 4 does not divide, as its sincos positions need; choose a width that it does"
    )
    try require(
      decoder.width % decoder.heads == 0, keys,
      "objective.decoder.heads is \(decoder.heads), which does not divide objective.decoder.width \(decoder.width); choose a number of "
        + "heads that does")
  }

  /// Whether crops of method dino fit its student.
  func checkCrops() throws {
    let (student, dino) = (session.student, session.objective.dino)
    try require(
      !student.relativePositionBias, ["student.relative_position_bias", "objective.method"],
      "objective.method is dino, whose small crops student.relative_position_bias has no entries for; set the bias to off and the "
        + "positions to learned or sincos")
    try require(
      student.rotary == nil, ["student.rotary", "objective.method"],
      "objective.method is dino, whose small crops student.rotary has no angles for; set it to none and student.positions to learned or "
        + "sincos")
    let local = dino.localSize(of: student)
    let fits =
      local.isMultiple(of: student.patchSize) && local.height <= student.imageSize.height
      && local.width <= student.imageSize.width
    try require(
      dino.localCrops == 0 || fits,
      ["objective.dino.local_size", "student.patch_size", "student.image_size", "objective.method"],
      "objective.dino.local_size comes to \(local) pixels, which must be whole patches of \(student.patchSize) and at most "
        + "student.image_size \(student.imageSize); choose such a size")
  }

  private func checkRegressor() throws {
    let objective = session.objective
    try require(
      objective.tokens == .masked, ["objective.tokens", "objective.head", "objective.method"],
      "objective.tokens is \(objective.tokens.rawValue), but objective.head is regressor, which predicts masked patches alone; set the "
        + "tokens to masked")
    try require(
      objective.loss != .relational, ["objective.loss", "objective.head", "objective.method"],
      "objective.loss is relational, which compares every token with all others, but objective.head is regressor, which predicts masked "
        + "patches alone; take another loss")
    try require(
      session.student.width % 4 == 0, ["student.width", "objective.head", "objective.method"],
      "student.width is \(session.student.width), which 4 does not divide, as the regressor's sincos positions need; choose a width that "
        + "it does")
  }
}
