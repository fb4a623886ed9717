import Foundation
import Models
import RunEvents
import Sessions

/// The `README.md` of an exported model: what it is, how it was made, on what, how it scored, and how it is read.
struct ModelCardText {
  let text: String

  init(
    origin: ModelOrigin, vision: LoadedVision, exported: ExportedModel, target: ModelExport.Target, command: String
  ) throws {
    let checkpoint = try CheckpointFolder(path: origin.url.path)
    var parts = [Self.front(target), "# \(origin.words)\n", "\(vision.report).\n"]
    if !exported.leftOut.isEmpty {
      parts.append("\(exported.className) has no place for \(exported.leftOut.joined(separator: ", ")): left out.\n")
    }
    parts += vision.notes.map { "Note: \($0).\n" }
    let channels = vision.model.configuration.channels
    parts.append("## Use\n\n```python\n\(Self.code(exported, target, channels))```\n")
    let isNormalised = target == .onnx ? ", by which the model itself normalises them" : ""
    parts.append(
      "Pixels in 0...1, \(channels == 3 ? "RGB" : channels == 1 ? "grey" : "\(channels) channels"), mean \(vision.mean), standard deviation \(vision.standardDeviation)\(isNormalised), bicubic resizing and a centre "
        + "crop.\n")
    if let checkpoint {
      let settings = try checkpoint.loadSession().settings
      parts.append(
        "## Recipe\n\nTrained by `mvp run \(checkpoint.session)`, \(checkpoint.step) steps, with this session:\n\n"
          + "```yaml\n\(settings.yaml.trimmingCharacters(in: .whitespacesAndNewlines))\n```\n")
      parts.append("## Data\n\n\(Self.data(settings.data))\n")
    } else if let recipe = vision.card?.recipe, !recipe.isEmpty {
      let rows = recipe.sorted { $0.key < $1.key }.map { "- \($0.key): \($0.value)" }
      parts.append("## Recipe\n\n\(rows.joined(separator: "\n"))\n")
    }
    let scores = try Self.scores(checkpoint, vision)
    if !scores.isEmpty {
      parts.append("## Scores\n\n| evaluation | score | on |\n|---|---|---|\n\(scores.joined(separator: "\n"))\n")
    }
    parts.append("## Made by\n\n```sh\n\(command)\n```\n")
    text = parts.joined(separator: "\n")
  }

  private static func data(_ data: DataSettings) -> String {
    switch data.kind {
    case .scenes:
      return
        "Drawn scenes of the workbench, numbers \(data.range.lowerBound) up to \(data.range.upperBound), seed \(data.seed)."
    case .folder: return "Pictures of the folder `\(data.path ?? "")`. \(data.source)"
    }
  }

  private static func front(_ target: ModelExport.Target) -> String {
    let library = target == .torch ? "pytorch" : target.rawValue
    return "---\nlibrary_name: \(library)\ntags: [image-feature-extraction, mvp-workbench]\n---\n"
  }

  private static func code(_ exported: ExportedModel, _ target: ModelExport.Target, _ channels: Int) -> String {
    switch target {
    case .timm:
      return "import timm\nmodel = timm.create_model(\"local-dir:FOLDER\", pretrained=True)\n"
        + "tokens = model.forward_features(pictures)\n"
    case .transformers:
      let name = exported.className.split(separator: ".").last ?? ""
      guard channels == 3 else {
        return "from transformers import \(name)\nmodel = \(name).from_pretrained(\"FOLDER\")\n"
          + "outputs = model(pixel_values=pictures)  # [batch, \(channels), side, side], normalised\n"
      }
      return "from transformers import AutoImageProcessor, \(name)\nmodel = \(name).from_pretrained(\"FOLDER\")\n"
        + "inputs = AutoImageProcessor.from_pretrained(\"FOLDER\")(pictures, return_tensors=\"pt\")\n"
        + "outputs = model(**inputs)\n"
    case .openClip:
      let isWhole = exported.weightsName.hasPrefix("open_clip")
      return "import open_clip\nmodel = open_clip.create_model(\"local-dir:FOLDER\""
        + (isWhole ? ")\n" : ", pretrained_image_path=\"FOLDER/visual.pt\").visual  # the text tower is not trained\n")
    case .torch: return "import torch\nstate = torch.load(\"model.pth\", weights_only=True)\n"
    case .onnx:
      return "import onnxruntime\nmodel = onnxruntime.InferenceSession(\"model.onnx\")\n"
        + "outputs = model.run(None, {\"pixels\": pictures})  # [batch, \(channels), side, side] in 0...1\n"
    }
  }

  /// Those of the checkpoint's run up to its step, the newest of each evaluation; else those of the weights' own card.
  private static func scores(_ checkpoint: CheckpointFolder?, _ vision: LoadedVision) throws -> [String] {
    func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "/") }
    func percent(_ score: Double) -> String { String(format: "%.2f%%", score * 100) }
    if let checkpoint, let place = checkpoint.place, let store = try RunStore.existing(in: place),
      try store.run(named: checkpoint.run) != nil
    {
      var newest: [String: EvalResult] = [:]
      for result in try store.evals(of: checkpoint.run) where result.step <= checkpoint.step {
        newest[result.kind] = result
      }
      return newest.values.sorted { $0.kind < $1.kind }.map { result in
        let data = result.data.map { "\($0.test) pictures" } ?? ""
        return
          "| \(cell(result.kind)) at step \(result.step) | \(percent(result.score)) | \(cell(data)) \(cell(result.summary)) |"
      }
    }
    return (vision.card?.scores ?? [:]).sorted { $0.key < $1.key }.map { "| \(cell($0.key)) | \($0.value) | |" }
  }
}
