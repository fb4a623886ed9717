import ArgumentParser
import Files
import Foundation
import Histories
import Recipe
import TrainingBackend

struct Features: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the features of a folder of pictures, for other programs.",
    discussion: """
      By the ending of --output, or by --form:
        safetensors: tensor `features`, [N, D] or [N, 1 + M, D]; the names of the pictures as a JSON list in the metadata under `files`
        npy: the same array for numpy; the names in a file beside it, NAME.files.json
        csv: a row for each picture, or for each of its tokens: file, token, f0, f1, ...
        parquet: the same rows, with the features as one list
      Pictures are in the order of their names, resized (short side, bicubic, antialiased), centre-cropped, and normalised as the model
      wants.

      EXAMPLE
        mvp features --weights dinov2-vits14 --images photos --size 224 --tokens all --output photos.safetensors
        mvp features --weights dinov2-vits14 --images photos --output photos.parquet
      """)

  @Option(
    help: "Weights: a safetensors file, a folder of one, its config.json beside it, or a checkpoint of a run.",
    completion: .file(), transform: userPath)
  var weights: String

  @Option(
    help: "Tower of the weights, where they have several; chosen by meaning (teacher, average) where it is not given.")
  var tower: String?

  @Option(help: "Folder of pictures, or shards or a list of them.", completion: .directory, transform: userPath)
  var images: String

  @Option(help: "Pixels, as 224, or 128x64 for height and width; the model's own where it is not given.")
  var size: PlaneSize?

  @Option(help: "cls or all (CLS and every patch).", completion: .list(Features.tokenChoices))
  var tokens = "cls"

  @Flag(help: "Apply the model's projection (CLIP).")
  var project = false

  @Option(help: "File to write.", completion: .file(), transform: userPath)
  var output: String

  @Option(
    help: "Form of the file: \(Features.forms.joined(separator: ", ")); by its ending where not given.",
    completion: .list(Features.forms))
  var form: String?

  @Option(help: "Pictures of a forward pass.")
  var batch = 16

  @OptionGroup var engine: EngineFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard FeatureExport.Tokens(rawValue: tokens) != nil else {
      throw ValidationError(
        "--tokens is \(tokens): choose cls or all\(meaning(of: tokens, among: Self.tokenChoices))")
    }
    if let form, FeatureForm(rawValue: form) == nil {
      throw ValidationError(
        "--form is \(form): choose \(Self.forms.joined(separator: ", "))\(meaning(of: form, among: Self.forms))")
    }
    guard batch > 0, size?.shorter ?? 1 > 0 else {
      throw ValidationError("--batch and --size are 1 or more.")
    }
  }

  private static let tokenChoices = ["cls", "all"]
  private static let forms = FeatureForm.allCases.map(\.rawValue)
  private static let mostSkipped = 10

  func run() throws {
    var export = FeatureExport(
      weights: URL(fileURLWithPath: weights), images: URL(fileURLWithPath: images, isDirectory: true), size: size,
      tokens: FeatureExport.Tokens(rawValue: tokens) ?? .cls, project: project, output: URL(fileURLWithPath: output))
    export.batch = batch
    export.tower = tower
    export.form = form.flatMap { FeatureForm(rawValue: $0) }
    export.engine = try engine.options
    let progress = ProgressLine(label: "features")
    let result = try export.run(
      note: { writeError($0) }, progress: { done, all in progress.show(done: done, of: all) })
    progress.clear()
    let skipped = result.skipped.sorted { $0.key < $1.key }
    for (file, reason) in skipped.prefix(Self.mostSkipped) { writeError("skipped \(file): \(reason)") }
    if skipped.count > Self.mostSkipped { writeError("skipped \(skipped.count - Self.mostSkipped) more pictures") }
    if !result.leftOutReasons.isEmpty { writeError("left out: \(result.leftOutReasons.joined(separator: "; "))") }
    if json { return try printJSON(result) }
    print("\(result.model)")
    let missing = skipped.isEmpty ? "" : " of \(result.shape[0] + skipped.count) pictures, \(skipped.count) skipped,"
    if let names = result.names { print("names of the pictures in \(names)") }
    print("features \(result.shape)\(missing) in \(result.output), \(fixedText(result.seconds, decimals: 1)) s")
  }
}
