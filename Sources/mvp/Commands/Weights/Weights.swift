import ArgumentParser
import Files
import Foundation
import Histories
import TrainingBackend

struct Weights: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a file or folder of weights holds, and whether it works.",
    discussion: """
      Families: CLIP (OpenAI's, open_clip's, MetaCLIP's), SigLIP, EVA-02 and EVA-CLIP, DINO, DINOv2, DINOv3, TIPS, I-JEPA, BEiT, MAE, DeiT and ViT.
      Read are safetensors, files of torch.save (.pth, .pt, .bin) and of torch.jit.save, and the shards of an index; no code in them is run.

      EXAMPLE
        mvp weights dinov2-vits14              family, sizes, towers, what had to be guessed
        mvp weights checkpoint.pth --tower student --json
        mvp weights verify ViT-B-16.pt         one picture through it, the norms after every block
        mvp weights pull dinov2-vits14         fetch published weights; pull --list lists them
      """,
    subcommands: [WeightsShow.self, WeightsVerify.self, WeightsPulling.self], defaultSubcommand: WeightsShow.self)
}

/// The weights that a command is about.
struct WeightsPlace: ParsableArguments {
  @Argument(
    help: "A file of weights, the index of several, or a folder of one.", completion: .file(), transform: userPath)
  var path: String

  @Option(
    help: "Tower of the weights, where they have several; chosen by meaning (teacher, average) where it is not given.")
  var tower: String?

  @Flag(help: "Print one JSON object.")
  var json = false
}

struct WeightsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Family, sizes, towers, and what had to be guessed; no number is read.",
    discussion: """
      EXAMPLE
        mvp weights show checkpoint.pth --json
      """)

  @OptionGroup var place: WeightsPlace

  func run() throws {
    let report = try WeightsReport(of: URL(fileURLWithPath: place.path), tower: place.tower)
    if place.json { try printJSON(report) } else { printTable(report.rows) }
  }
}

struct WeightsVerify: ComputingCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Run one drawn picture through the model and print the norms of its tokens.",
    discussion: """
      Where a number is not finite the status is 76.

      EXAMPLE
        mvp weights verify checkpoint.pth --tower teacher
      """)

  @OptionGroup var place: WeightsPlace

  @OptionGroup var engine: EngineFlags

  func run() throws {
    let check = try WeightsCheck(of: URL(fileURLWithPath: place.path), tower: place.tower, engine: engine.options)
    if place.json { return try printJSON(check) }
    print(check.model)
    if check.digest { print("SHA-256 as published") }
    for note in check.notes { writeError(note) }
    printTable(
      [["after", "CLS", "patches"]]
        + check.stages.map { [$0.name, fixedText($0.cls, decimals: 3), fixedText($0.patches, decimals: 3)] })
    print(
      "all finite; mean cosine of two patches \(fixedText(check.likeness, decimals: 3)); "
        + "\(fixedText(check.seconds, decimals: 1)) s")
  }
}
