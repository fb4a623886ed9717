import Datasets
import Foundation
import Models
import Recipe
import Tensors

/// Features of a folder of pictures by one model, as a file: `mvp features`.
package struct FeatureExport: Sendable {
  package enum Tokens: String, CaseIterable, Sendable {
    /// The CLS token: features [N, D].
    case cls
    /// CLS and all patches: features [N, 1 + M, D].
    case all
  }

  package var weights: URL
  /// Which of several image towers in the weights; nil chooses by meaning.
  package var tower: String?
  package var images: URL
  /// Edge in pixels that pictures are resized (short side, bicubic, antialiased) and centre-cropped to; nil takes the
  /// model's own.
  package var size: PlaneSize?
  package var tokens: Tokens
  /// Whether features go through the model's projection (CLIP).
  package var project: Bool
  package var batch = 16
  package var engine = EngineOptions()
  package var output: URL
  /// nil: by the ending of the output.
  package var form: FeatureForm?

  package init(weights: URL, images: URL, size: PlaneSize?, tokens: Tokens, project: Bool, output: URL) {
    self.weights = weights
    self.images = images
    self.size = size
    self.tokens = tokens
    self.project = project
    self.output = output
  }

  package struct Result: Codable, Equatable, Sendable {
    /// What the loader recognised.
    package var model: String
    /// What a person should know of how the weights were understood: what was assumed, which of several towers was
    /// taken.
    package var notes: [String]
    package var shape: [Int]
    package var output: String
    /// A file of the names of the pictures, where the output has no room for them.
    package var names: String?
    /// Pictures that could not be decoded, with the reason.
    package var skipped: [String: String]
    /// How much else was found in the folder, and why it is left out, one text a reason.
    package var leftOut: Int
    package var leftOutReasons: [String]
    package var seconds: Double

    enum CodingKeys: String, CodingKey {
      case model, notes, shape, output, names, skipped, seconds
      case leftOut = "left_out"
      case leftOutReasons = "left_out_reasons"
    }
  }

  /// - Parameters:
  ///   - note: called with each of the result's notes as soon as the weights are read.
  ///   - progress: called with pictures done and all pictures.
  package func run(
    note: (String) -> Void = { _ in }, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Result {
    let clock = ContinuousClock.now
    let device = try engine.makeDevice()
    let vision = try loadVision(from: weights, device: device, tower: tower, imageSize: size)
    let notes = vision.notes.map { "\(weights.path): \($0)" }
    notes.forEach(note)
    let model = vision.model
    guard !project || model.configuration.projection != nil else {
      throw BackendError("--project: \(weights.path) (\(vision.report)) has no projection; leave --project out.")
    }
    let channels = model.configuration.channels
    let source = try openedPictures(at: images, labelled: false, everything: true).with(channels: channels)
    let shown = model.configuration.imageSize
    let framing = Augmentation.evaluation(size: shown)
    var values: [Float] = []
    var files: [String] = []
    var skipped: [String: String] = [:]
    var index = 0
    while index < source.count {
      var pixels: [Float] = []
      var names: [String] = []
      while index < source.count, names.count < batch {
        defer { index += 1 }
        do {
          let picture = try source.picture(at: index)
          var planes = [Float](repeating: 0, count: channels * shown.area)
          var unused = Philox(seed: 0, purpose: .other)
          planes.withUnsafeMutableBufferPointer { framing.apply(to: picture, using: &unused, into: $0) }
          pixels += planes
          names.append(source.itemName(at: index))
        } catch {
          skipped[source.itemName(at: index)] = "\(error)"
        }
      }
      guard !names.isEmpty else { continue }
      let found = features(vision, pixels: pixels, count: names.count, size: shown, device: device)
      try device.check()
      try checkFinite(found, of: names, vision)
      values += found
      files += names
      progress(index, source.count)
    }
    guard !files.isEmpty else {
      throw BackendError("no picture of \(images.path) can be decoded: give a folder with whole pictures.")
    }
    let width = project ? model.configuration.projection ?? model.configuration.width : model.configuration.width
    let shape = tokens == .cls ? [files.count, width] : [files.count, model.configuration.tokens, width]
    let file = FeatureFile(
      shape: shape, values: values, files: files,
      notes: ["model": vision.report, "tokens": tokens.rawValue, "size": shown.brief])
    let list = try file.write(form ?? FeatureForm(path: output.path), to: output)
    return Result(
      model: vision.report, notes: notes, shape: shape, output: output.path, names: list, skipped: skipped,
      leftOut: source.leftOut.count, leftOutReasons: source.leftOut.words,
      seconds: clock.duration(to: .now) / .seconds(1))
  }

  /// - Throws: ``NotFiniteError`` that names the pictures, and the weights where those are at fault.
  private func checkFinite(_ values: [Float], of names: [String], _ vision: LoadedVision) throws {
    guard let found = NonFiniteValues(values) else { return }
    let pictures = NonFiniteValues.parts(values, of: names.count).map { names[$0] }
    let more = pictures.count > 1 ? " and \(pictures.count - 1) more of its batch" : ""
    let weights = vision.model.parameters().filter { NonFiniteValues($0.tensor) != nil }.map(\.name)
    let cause =
      weights.first.map {
        "the weights themselves are not finite in \($0)\(weights.count > 1 ? " and \(weights.count - 1) more" : "")"
      }
      ?? "the weights are finite, so the model overflows on this picture"
    throw NotFiniteError(
      "\(self.weights.path) gives features that are not finite (\(found.value)) for \(pictures.first ?? "")\(more): \(cause); "
        + "nothing is written to \(output.path).")
  }

  private func features(
    _ vision: LoadedVision, pixels: [Float], count: Int, size: PlaneSize, device: any ComputeDevice
  ) -> [Float] {
    let input = Tensor(
      pixels, shape: [count, vision.model.configuration.channels, size.height, size.width], device: device)
    var found = vision.model.features(input, mean: vision.mean, standardDeviation: vision.standardDeviation)
    if tokens == .cls { found = selectToken(found, 0) }
    if project { found = vision.model.projected(found) }
    return found.array()
  }
}
