import ArgumentParser
import Files
import Foundation
import TrainingBackend

/// A form that a run or a model is written in. The work of each stands in a file of its own.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case timm, transformers, torch

  /// In the help of the command.
  var words: String {
    switch self {
    case .timm: "the model as a folder for timm.create_model(\"local-dir:PATH\", pretrained=True)"
    case .transformers: "the model as a folder for from_pretrained(PATH)"
    case .torch: "the model as a state dict for torch.load, a file .pth or a folder of one"
    }
  }

  static var help: String { allCases.map { "  \($0.rawValue): \($0.words)" }.joined(separator: "\n") }
}

struct Export: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a run's model for other libraries, with a card that says how it was made.",
    discussion: """
      \(ExportFormat.help)

      EXAMPLE
        mvp export demo --to timm --output demo-timm
        mvp export demo/brisk-otter@400 --to transformers --output demo-hf
        mvp export dino.pth --to transformers --image-size 384 --output dino-384
      """)

  @Argument(
    help: "SESSION, whose newest run is meant, SESSION/RUN, SESSION/RUN@STEP, or a path of weights.",
    completion: Candidates.sessionsWithRuns)
  var name: String

  @Option(help: "Form: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).", completion: formats)
  var to: ExportFormat

  @Option(help: "File or folder to write.", completion: .file(), transform: userPath)
  var output: String

  @Option(help: "Edge in pixels that the model is to see, positions resized; its own where it is not given.")
  var imageSize: Int?

  @Option(help: "Tower of weights that have several; chosen by meaning where it is not given.")
  var tower: String?

  @OptionGroup var place: SessionPlace

  @Flag(help: "Print one JSON object.")
  var json = false

  private static let formats = CompletionKind.list(ExportFormat.allCases.map(\.rawValue))

  func validate() throws {
    guard imageSize ?? 1 > 0 else { throw ValidationError("--image-size is 1 or more.") }
  }

  func run() throws {
    switch to {
    case .timm: try modelFolder(.timm)
    case .transformers: try modelFolder(.transformers)
    case .torch: try modelFolder(.torch)
    }
  }

  private func modelFolder(_ target: ModelExport.Target) throws {
    try ModelFolder(target: target, model: name, tower: tower, imageSize: imageSize, sessions: place.folder)
      .write(to: output, json: json)
  }
}
