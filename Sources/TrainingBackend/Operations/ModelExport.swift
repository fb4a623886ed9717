import Files
import Foundation
import Models
import Recipe
import RunEvents
import Sessions
import Tensors

/// A model for another library, with a card that says how it was made: `mvp export --to timm`.
package struct ModelExport {
  package enum Target: String, CaseIterable, Sendable {
    case timm, transformers
    case openClip = "open_clip"
    case torch, onnx

    /// Endings of a path that is the file itself, not a folder.
    var endings: [String] {
      switch self {
      case .timm, .transformers, .openClip: []
      case .torch: ["pth", "pt", "bin"]
      case .onnx: ["onnx"]
      }
    }
  }

  /// A run (`SESSION`, `SESSION/RUN`, `SESSION/RUN@STEP`), or a path of weights.
  package var model: String
  package var target: Target
  /// A folder; for torch a file where it ends in `.pth`, `.pt` or `.bin`, for ONNX in `.onnx`, and where it is a device
  /// or a pipe.
  package var output: String
  /// Which of several image towers in the weights; nil chooses by meaning.
  package var tower: String?
  /// Pixels along each side that the model is to see; nil: its own.
  package var imageSize: PlaneSize?
  /// Folder of sessions.
  package var sessions: URL
  /// How the export was asked for, for the card.
  package var command: String

  package init(model: String, target: Target, output: String, sessions: URL, command: String) {
    self.model = model
    self.target = target
    self.output = output
    self.sessions = sessions
    self.command = command
  }

  package struct Result: Codable, Equatable, Sendable {
    package var output: String
    /// What the loader recognised.
    package var model: String
    /// The library's class.
    package var library: String
    /// What the model has and the class has no place for.
    package var leftOut: [String]
    package var notes: [String]

    enum CodingKeys: String, CodingKey {
      case output, model, notes
      case library = "class"
      case leftOut = "left_out"
    }
  }

  /// - Throws: one sentence: no such run or weights, no class of the library for it, or nowhere to write.
  package func run() throws -> Result {
    let origin = try ModelOrigin(model, of: "what is exported", sessions: sessions)
    let device = CPUDevice()
    let (portable, vision) = try PortableModel.read(
      origin.url, tower: tower, imageSize: imageSize, device: device)
    var exported =
      switch target {
      case .timm: try ExportedModel(timm: portable)
      case .transformers: try ExportedModel(transformers: portable)
      case .openClip: try ExportedModel(openClip: portable)
      case .torch: ExportedModel(torch: portable)
      case .onnx: ExportedModel(onnx: portable)
      }
    if portable.segmentation != nil, target != .onnx { exported.leftOut.append("the segmentation head") }
    if portable.text != nil, target != .openClip { exported.leftOut.append("the text tower") }
    let card = try ModelCardText(
      origin: origin, vision: vision, exported: exported, target: target, command: command)
    let url = URL(fileURLWithPath: output)
    var notes = vision.notes
    let second: String?
    if isFile(url) {
      second = try exported.writeWeights(to: url, card: card.text)
    } else {
      try makeFolder(url)
      second = try exported.write(to: url)
      do { try writeFile(Data(card.text.utf8), to: url.appendingPathComponent("README.md").path) } catch {
        throw BackendError("\(url.path)/README.md cannot be written (\(error)): give a folder that can be.")
      }
    }
    if let second { notes.append("its weights stand in \(second), which belongs beside it") }
    return Result(
      output: output, model: vision.report, library: exported.className, leftOut: exported.leftOut,
      notes: notes)
  }

  /// Whether the output is the file of weights itself.
  private func isFile(_ url: URL) -> Bool {
    guard !target.endings.isEmpty else { return false }
    var status = stat()
    let isSpecial = stat(url.path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    return isSpecial || target.endings.contains(url.pathExtension.lowercased())
  }

  private func makeFolder(_ url: URL) throws {
    do { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) } catch {
      throw BackendError(
        "\(url.path) is no folder and cannot be made one: give --output the path of a folder, or of one to be made.")
    }
  }
}
