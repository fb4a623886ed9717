import Foundation
import Models
import Pretraining
import Recipe
import Sessions
import Tensors

/// A student that begins with the weights of another model.
extension RunAssembly {
  /// Gives a new run's student the weights that `student.weights` names.
  /// - Throws: what is wrong, in one sentence: no weights there, or sizes that the session's student does not have.
  func beginStudent(of trainer: Trainer) throws {
    guard let text = settings.student.weights else { return }
    let run = text.hasPrefix("run:") ? String(text.dropFirst("run:".count)) : text
    let origin = try ModelOrigin(
      run, of: "student.weights", sessions: session.directory.deletingLastPathComponent())
    let tower = settings.student.tower
    let found = try WeightsDescription(of: origin.url, tower: tower, imageSize: settings.student.imageSize)
    if let rotary = found.configuration.rotary, rotary != .usual(rotary.kind) {
      throw BackendError(
        "student.weights is \(origin.words) (\(found.report)), whose rotary positions have a base of \(rotary.base), and a "
          + "student's have \(RotaryPositions.usual(rotary.kind).base): use it as guidance, and begin with other weights."
      )
    }
    let (theirs, mine) = (found.configuration.channels, studentConfiguration.channels)
    let fitted = ChannelAdaptation.words(from: theirs, to: mine)
    guard theirs == mine || fitted != nil else {
      throw BackendError(
        "student.weights is \(origin.words) (\(found.report)), a model for pictures of \(theirs) channel\(theirs == 1 ? "" : "s"), but "
          + "data.channels is \(mine): set it to \(theirs), or begin with a model of red, green and blue, which is fitted to others."
      )
    }
    if let misfit = misfit(found.configuration) {
      throw BackendError(
        "student.weights is \(origin.words) (\(found.report)), which the session's student does not fit: "
          + "\(misfit.map { "--set student.\($0)" }.joined(separator: " ")) makes it fit.")
    }
    let vision = try loadVision(
      from: origin.url, device: device, tower: tower, imageSize: settings.student.imageSize)
    trainer.begin(with: vision.model, normalization: vision.normalization) { fresh, leftOut in
      let fresh = ["the head of its guidance"] + fresh
      var clauses = ["the student begins with \(origin.words); fresh: \(fresh.joined(separator: ", "))"]
      if !leftOut.isEmpty { clauses.append("left out: \(leftOut.joined(separator: ", "))") }
      if let fitted { clauses.append(fitted) }
      clauses.append(vision.report)
      clauses.append(
        "as no head was published with it, scores such as kNN will fall before they rise, less so at a tenth of the usual "
          + "optimizer.learning_rate")
      return [clauses.joined(separator: "; ")] + vision.notes.map { "student.weights: \($0)" }
    }
  }

  /// Values of section `student` that differ from what weights need, `width=384`; nil where there are none.
  private func misfit(_ theirs: VisionTransformerConfiguration) -> [String]? {
    let mine = studentConfiguration
    var values: [String] = []
    func compare<Value: Equatable>(_ key: String, _ mine: Value, _ theirs: Value) {
      if mine != theirs { values.append("\(key)=\(theirs)") }
    }
    compare("patch_size", mine.patchSize, theirs.patchSize)
    compare("width", mine.width, theirs.width)
    compare("depth", mine.depth, theirs.depth)
    compare("heads", mine.heads, theirs.heads)
    if Int((mine.mlpRatio * Float(theirs.width)).rounded()) != theirs.hidden {
      values.append("mlp_ratio=\(theirs.mlpRatio)")
    }
    compare("quick_gelu", mine.activation == .quickGELU, theirs.activation == .quickGELU)
    compare("pre_norm", mine.preNorm, theirs.preNorm)
    if mine.rotary != theirs.rotary { values.append("rotary=\(theirs.rotary?.kind.rawValue ?? "none")") }
    compare("gated_mlp", mine.gatedMLP == true, theirs.gatedMLP == true)
    compare("mlp_norm", mine.mlpNorm == true, theirs.mlpNorm == true)
    compare("attention_norm", mine.attentionNorm == true, theirs.attentionNorm == true)
    // Below these, an epsilon is lost in what a token's variance is.
    let unfelt: Float = 2e-6
    if max(mine.layerNormEpsilon, theirs.layerNormEpsilon) > unfelt, mine.layerNormEpsilon != theirs.layerNormEpsilon {
      values.append("norm_eps=\(theirs.layerNormEpsilon)")
    }
    return values.isEmpty ? nil : values
  }
}
