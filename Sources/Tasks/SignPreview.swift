/// What stands out in the target of each patch, and in what is predicted of it, as signs.
package struct SignPreview: Equatable, Sendable {
  /// What the signs tell, in a word or two.
  package var what: String
  /// What each sign means.
  package var names: [String]
  /// One character each, and the same where only ASCII can be shown.
  package var signs: [String]
  package var plainSigns: [String]
  /// The number of a sign for each patch, row-major.
  package var target: [UInt8]
  package var prediction: [UInt8]

  package init(
    what: String, names: [String], signs: [String], plainSigns: [String], target: [UInt8], prediction: [UInt8]
  ) {
    self.what = what
    self.names = names
    self.signs = signs
    self.plainSigns = plainSigns
    self.target = target
    self.prediction = prediction
  }
}
