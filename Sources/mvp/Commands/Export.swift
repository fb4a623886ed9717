import ArgumentParser
import Files
import Foundation
import Recipe
import Sessions
import TrainingBackend

/// A form that a run or a model is written in. The work of each stands in a file of its own.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case timm, transformers
  case openClip = "open_clip"
  case torch, onnx, csv, jsonl, tensorboard

  /// In the help of the command.
  var words: String {
    switch self {
    case .timm: "the model as a folder for timm.create_model(\"local-dir:PATH\", pretrained=True)"
    case .transformers: "the model as a folder for from_pretrained(PATH)"
    case .openClip:
      "a CLIP as a folder for open_clip.create_model(\"local-dir:PATH\"); of another model its image tower"
    case .torch: "the model as a state dict for torch.load, a file .pth or a folder of one"
    case .onnx:
      "the model as a graph of opset 17, a file .onnx or a folder of one: pixels in 0...1 in, tokens or logits out, also of every pixel"
    case .csv: "a row for each step, score, sample of the machine and event, for spreadsheets and data frames"
    case .jsonl: "the lines of `mvp run --headless --json`, and what the machine did"
    case .tensorboard: "an event file in the folder PATH, or PATH itself if it is named like one"
    }
  }

  static var help: String { allCases.map { "  \($0.rawValue): \($0.words)" }.joined(separator: "\n") }

  /// nil: what happened in a run is written, not its model.
  var model: ModelExport.Target? {
    switch self {
    case .timm: .timm
    case .transformers: .transformers
    case .openClip: .openClip
    case .torch: .torch
    case .onnx: .onnx
    case .csv, .jsonl, .tensorboard: nil
    }
  }
}

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Write a run's model for other libraries, with a card that says how it was made, or its steps and scores for other tools.",
    discussion: """
      \(ExportFormat.help)

      EXAMPLE
        mvp export demo --to timm --output demo-timm
        mvp export demo/brisk-otter@400 --to transformers --output demo-hf
        mvp export dino.pth --to transformers --image-size 384 --output dino-384
        mvp export demo --to onnx --output demo.onnx
        mvp export clip.safetensors --to open_clip --output clip
        mvp export demo --to csv --output demo.csv
        mvp export demo/brisk-otter --to tensorboard --output logs/brisk-otter
        mvp export demo --to jsonl --output - | grep eval_result
      """)

  @Argument(
    help: ArgumentHelp(
      "SESSION, whose newest run is meant, or SESSION/RUN; of a model also SESSION/RUN@STEP, or a path of weights.",
      valueName: "run"),
    completion: Candidates.sessionsOrRuns)
  var reference: String

  @Option(help: "Form: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).", completion: formats)
  var to: ExportFormat

  @Option(
    help: "File or folder to write; of steps and scores, - is standard output.", completion: .file(),
    transform: userPath)
  var output: String

  @Option(help: "Pixels that the model is to see, as 384 or 128x64, positions resized; its own where it is not given.")
  var imageSize: PlaneSize?

  @Option(help: "Tower of weights that have several; chosen by meaning where it is not given.")
  var tower: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print one JSON object about the model that was written.")
  var json = false

  private static let formats = CompletionKind.list(ExportFormat.allCases.map(\.rawValue))

  func validate() throws {
    guard imageSize?.shorter ?? 1 > 0 else { throw ValidationError("--image-size is 1 or more.") }
    if to.model == nil {
      let ofModels = [("image-size", imageSize != nil), ("tower", tower != nil), ("json", json)]
      if let flag = ofModels.first(where: { $0.1 })?.0 {
        throw ValidationError(
          "--\(flag) is of models, and --to \(to.rawValue) writes what happened in a run: leave it out.")
      }
    } else if output == "-" {
      throw ValidationError("--output is -, but a model is a folder or a file: name one.")
    }
  }

  func run() throws {
    if let target = to.model {
      return try ModelFolder(
        target: target, model: reference, tower: tower, imageSize: imageSize, sessions: place.folder
      ).write(to: output, json: json)
    }
    let found = try RunFinder(place: place, takesNewest: true).find(session: reference, run: nil)
    let path = output == "-" ? "/dev/fd/\(STDOUT_FILENO)" : output
    switch to {
    case .csv: try CSVExport(found).write(to: path)
    case .jsonl: try JSONLinesExport(found).write(to: path)
    case .tensorboard: try TensorBoardExport(found).write(to: path)
    case .timm, .transformers, .openClip, .torch, .onnx: break
    }
  }
}
