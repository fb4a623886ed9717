import Foundation
import Models
import Tensors
import Testing

@Suite struct WeightsDescriptionTests {
  @Test func tellsTowersAndGuesses() throws {
    let run = try WeightsDescription(of: fixture("torch/dino-run.pth"))
    #expect(run.container == "torch zip" && run.towers.count == 2 && run.chosen == "teacher.backbone")
    #expect(run.guesses.contains { $0.contains("heads") } && run.guesses.contains("GELU"), "\(run.guesses)")
    let student = try WeightsDescription(of: fixture("torch/dino-run.pth"), tower: "student")
    #expect(student.chosen.hasPrefix("student"))
    #expect(throws: CheckpointError.self) { try WeightsDescription(of: fixture("torch/dino-run.pth"), tower: "ema") }
  }

  @Test func isWhatLoadingGives() throws {
    for name in ["dinov2", "beit", "clip-both", "timm-dino", "vit-dino"] {
      let told = try WeightsDescription(of: fixture("models/\(name)"))
      let loaded = try loadVision(from: fixture("models/\(name)"), device: CPUDevice())
      #expect(told.report == loaded.report && told.configuration == loaded.model.configuration)
      #expect(told.parameters == loaded.model.parameterCount && told.notes == loaded.notes)
      #expect(told.hasText == (name == "clip-both"))
    }
  }

  @Test(arguments: [
    ("---\nlicense: apache-2.0\ntags: [x]\n---\n# Model\n", "apache-2.0"),
    ("---\nlicense: other\nlicense_name: dinov3-license\n---\n", "dinov3-license"), ("# license: mit\n", nil),
  ])
  func readsTheLicenceOfTheCard(_ text: String, _ licence: String?) throws {
    try withTemporaryFolder { folder in
      for file in ["model.safetensors", "config.json"] {
        try FileManager.default.copyItem(
          at: fixture("models/dinov2/\(file)"), to: folder.appendingPathComponent(file))
      }
      try Data(text.utf8).write(to: folder.appendingPathComponent("README.md"))
      #expect(try WeightsDescription(of: folder).licence == licence)
    }
  }
}
