import Datasets
import Measures
import Models
import Tasks
import Tensors

extension Trainer {
  /// Looks at one picture with all teachers and the student. Reads the run's state and random numbers without changing
  /// them.
  /// - Parameter index: place in the preview set; others are brought into its range.
  package func inspect(_ index: Int) throws -> TaskInspection { try withoutHistory { try examine(index) } }

  private func examine(_ index: Int) throws -> TaskInspection {
    guard let previews, previews.count > 0 else { throw TrainerError.noPreviews }
    let inForce = try heads(of: guidance)
    let place = max(0, min(index, previews.count - 1))
    let pixels = try previewPixels(place)
    let mask = previewMask(place, pixels)
    let patches = mask.count
    var teachers: [TaskInspection.TeacherView] = []
    var prediction: [UInt8] = []
    var losses: [[Float]] = []
    var shares: [Float] = []
    let shown = method.shownFeatures(of: student, pass(pixels, mask: mask, dropPath: nil))
    let tokens = shown.tokens
    for guidance in guidances {
      let given = try guidance.uncached.targets(pixels: pixels)
      let targets = heads[guidance.name]?.statistics.formed(given, rows: nil) ?? given
      let looks = CodeLooks(guidance)
      let features = looks.map { $0.rows(targets) } ?? patchRows(targets)
      let components = PrincipalComponents(features: features, rows: patches, width: features.count / max(patches, 1))
      teachers.append(
        TaskInspection.TeacherView(
          name: guidance.name, colors: components.colors(of: features, rows: patches), explained: components.explained,
          similarity: similarity(features, patches)))
      guard let part = inForce.firstIndex(where: { $0.guidance.name == guidance.name }) else { continue }
      let head = inForce[part]
      shares.append(self.shares(of: inForce)[part])
      let predictions = predict(pass(pixels, mask: mask, dropPath: nil), head)
      losses.append(
        Array(settings.objective.following(guidance).perToken(predictions: predictions, targets: targets).dropFirst()))
      // Of a mixture, the prediction of its first teacher is shown.
      guard part == 0 else { continue }
      prediction = components.colors(
        of: looks.map { $0.rows(told: predictions) } ?? scaledLike(features, patchRows(predictions), patches),
        rows: patches)
    }
    let features = patchRows(tokens)
    let components = PrincipalComponents(features: features, rows: patches, width: student.configuration.width)
    var inspection = TaskInspection(
      index: place, rows: masks.rows, columns: masks.columns, teachers: teachers, prediction: prediction,
      student: components.colors(of: features, rows: patches), studentExplained: components.explained,
      studentSimilarity: similarity(features, patches),
      attention: clsAttention(pixels, patches: patches), loss: mean(losses, shares),
      maskFrequency: maskTally.frequencies,
      maskCount: maskTally.masks)
    inspection.studentSeesAll = shown.isOfAll
    return inspection
  }

  /// The picture at a place of the preview set, [1, C, H, W] in 0...1.
  func previewPixels(_ place: Int) throws -> Tensor {
    guard let previews else { throw TrainerError.noPreviews }
    let crop = try previews.crop(at: place)
    return Tensor(
      crop.planes, shape: [1, crop.channels, previews.size.height, previews.size.width], device: device)
  }

  /// The mask of a picture of the preview set: the same at every inspection under one guidance.
  func previewMask(_ place: Int, _ pixels: Tensor) -> [Bool] {
    var generator = Philox(seed: settings.seed, purpose: .preview, stream: UInt64(place))
    return masks.mask(using: &generator, weights: maskWeights(pixels)?.first)
  }

  /// The patches of [1, 1 + M, D] without CLS, row by row.
  private func patchRows(_ tokens: Tensor) -> [Float] {
    Array(tokens.array().dropFirst(tokens.shape[2]))
  }

  /// The cosine of every two rows; nil for more than ``PatchSimilarity/mostPatches``.
  private func similarity(_ features: [Float], _ patches: Int) -> PatchSimilarity? {
    guard patches > 0, patches <= PatchSimilarity.mostPatches else { return nil }
    let rows = l2Normalize(Tensor(features, shape: [patches, features.count / patches], device: device))
    return PatchSimilarity(cosines: matmulTransposed(rows, rows).array(), patches: patches)
  }

  /// A cosine objective leaves the length of predictions free: each is brought to the mean length of the targets.
  private func scaledLike(_ targets: [Float], _ predictions: [Float], _ patches: Int) -> [Float] {
    let width = targets.count / max(patches, 1)
    func length(_ values: [Float], _ row: Int) -> Float {
      (0..<width).reduce(Float(0)) { $0 + values[row * width + $1] * values[row * width + $1] }.squareRoot()
    }
    let wanted = (0..<patches).reduce(Float(0)) { $0 + length(targets, $1) } / Float(max(patches, 1))
    var scaled = predictions
    for row in 0..<patches {
      let factor = wanted / max(length(predictions, row), 1e-6)
      for place in 0..<width { scaled[row * width + place] *= factor }
    }
    return scaled
  }

  private func clsAttention(_ pixels: Tensor, patches: Int) -> [Float] {
    let all = student.attention(
      pixels, normalization: settings.normalization, block: student.configuration.depth - 1, query: 0)
    return meanOverHeads(all, pictures: 1, tokens: patches + 1).first ?? []
  }
}
