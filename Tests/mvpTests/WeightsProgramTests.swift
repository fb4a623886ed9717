import Foundation
import Testing

/// Weights in and models out, as a shell would call for them.
@Suite struct WeightsProgramTests {
  private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ModelsTests/Fixtures")

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func weightsAreToldAsJSON() throws {
    let file = fixtures.appendingPathComponent("torch/dino-run.pth").path
    let told = try Program.run(["weights", file, "--json"])
    #expect(told.status == 0, "\(told.errors)")
    let report = try object(told.output)
    #expect(report["family"] as? String == "dino" && report["chosen"] as? String == "teacher.backbone")
    #expect((report["towers"] as? [String])?.count == 2 && (report["guesses"] as? [String])?.isEmpty == false)
    let sizes = try #require(report["sizes"] as? [String: Any])
    #expect(sizes["width"] as? Int == 64 && sizes["patch_size"] as? Int != nil && sizes["parameters"] as? Int != nil)
    let student = try Program.run(["weights", "show", file, "--tower", "student", "--json"])
    #expect(try object(student.output)["chosen"] as? String == "student.module.backbone", "\(student.output)")
    #expect(try Program.run(["weights", file, "--tower", "ema"]).status == 1)
  }

  @Test func verifyingPrintsNorms() throws {
    let folder = fixtures.appendingPathComponent("torch/dinov2").path
    let checked = try Program.run(["weights", "verify", folder, "--json"])
    #expect(checked.status == 0, "\(checked.errors)")
    let stages = try #require(try object(checked.output)["stages"] as? [[String: Any]])
    #expect(stages.map { $0["name"] as? String } == ["embedding", "block 1", "block 2", "final norm"])
    #expect(stages.allSatisfy { ($0["cls"] as? Double ?? 0) > 0 && ($0["patches"] as? Double ?? 0) > 0 })
  }

  @Test func aPublishedFilesDigestIsChecked() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("digest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("ViT-B-16.pt")
    try FileManager.default.copyItem(at: fixtures.appendingPathComponent("torch/clip/clip.pt"), to: file)
    let refused = try Program.run(["weights", "verify", file.path])
    #expect(refused.status == 1 && refused.errors.contains("SHA-256"), "\(refused.errors)")
  }

  @Test(arguments: ["evil.pth", "legacy.pth", "encoder.pkl", "notes.zip"])
  func whatIsNoWeightsEndsInASentence(_ name: String) throws {
    let refused = try Program.run(["weights", fixtures.appendingPathComponent("torch/\(name)").path])
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(refused.errors.contains(name) && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: "/tmp/mvp-was-run"))
  }

  @Test(arguments: [
    ("timm", ["README.md", "config.json", "model.safetensors"]),
    ("transformers", ["README.md", "config.json", "model.safetensors", "preprocessor_config.json"]),
    ("torch", ["README.md", "model.pth"]),
  ])
  func exportsAreReadAgain(_ target: String, _ files: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("export-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = fixtures.appendingPathComponent("models/beit").path
    let done = try Program.run(["export", weights, "--to", target, "--output", folder.path, "--json"])
    #expect(done.status == 0, "\(done.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == files)
    let card = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(card.contains("BEiT ViT") && card.contains("mvp export"))
    guard target != "torch" else { return }
    let told = try object(try Program.run(["weights", folder.path, "--json"]).output)
    let sizes = try #require(told["sizes"] as? [String: Any])
    #expect(told["family"] as? String == "beit" && sizes["heads"] as? Int == 4 && sizes["image_size"] as? Int == 32)
  }
}
