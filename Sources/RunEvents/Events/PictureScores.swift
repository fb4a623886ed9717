/// How the student does on each picture of the preview set, without the pictures. Computed only when a front end asks
/// with ``RunCommand/scorePictures``.
package struct PictureScores: Codable, Equatable, Sendable {
  /// Most pictures that are scored: each takes as long as a picture of a step, without its backward pass.
  package static let mostPictures = 64

  /// At which the first picture was scored.
  package var step: Int
  /// At which the last one was: training goes on between them.
  package var lastStep: Int
  package var guidance: String
  /// Mean cosine between predictions and targets of the masked patches, by the place of the picture; NaN where it
  /// cannot be said.
  package var cosines: [Float]
  /// What this cost, in seconds of the training queue.
  package var seconds: Double

  /// - Parameter lastStep: `step` where nil.
  package init(step: Int, lastStep: Int? = nil, guidance: String, cosines: [Float], seconds: Double) {
    self.step = step
    self.lastStep = lastStep ?? step
    self.guidance = guidance
    self.cosines = cosines
    self.seconds = seconds
  }

  private enum CodingKeys: String, CodingKey {
    case step, guidance, cosines, seconds
    case lastStep = "last_step"
  }

  /// A run of an earlier program does not say the last step.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      step: try values.decode(Int.self, forKey: .step),
      lastStep: try values.decodeIfPresent(Int.self, forKey: .lastStep),
      guidance: try values.decode(String.self, forKey: .guidance),
      cosines: try values.decode([Float].self, forKey: .cosines),
      seconds: try values.decode(Double.self, forKey: .seconds))
  }

  /// Of what a run kept last of some of its pictures.
  package init(_ kept: [PictureSnapshot]) {
    let most = (kept.map(\.preview.index).max() ?? -1) + 1
    var cosines = [Float](repeating: .nan, count: min(max(0, most), Self.mostPictures))
    for snapshot in kept where cosines.indices.contains(snapshot.preview.index) {
      cosines[snapshot.preview.index] = snapshot.preview.maskedCosine
    }
    let newest = kept.max { $0.step < $1.step }
    self.init(step: newest?.step ?? 0, guidance: newest?.preview.guidance ?? "", cosines: cosines, seconds: 0)
  }
}

extension MaskPreview {
  /// Mean of the masked patches' cosines that are numbers; NaN where there is none.
  package var maskedCosine: Float {
    let cosines = zip(cosine, mask).filter { $0.1 && $0.0.isFinite }.map(\.0)
    return cosines.isEmpty ? .nan : cosines.reduce(0, +) / Float(cosines.count)
  }
}
