import Foundation
import Models
import Tensors
import Testing

/// Of several towers in a file the one that is meant is read, and the choice is named.
@Suite struct TowerTests {
  private static let configuration = VisionTransformerConfiguration.vit(
    imageSize: 16, patchSize: 8, width: 64, depth: 1, heads: 1)

  /// A file with one model a prefix, and what is beside a backbone under it.
  private func write(_ prefixes: [String], to url: URL) throws -> [String: VisionTransformer] {
    let device = CPUDevice()
    var models: [String: VisionTransformer] = [:]
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    for (seed, prefix) in prefixes.enumerated() {
      let model = VisionTransformer(Self.configuration, device: device, seed: UInt64(seed) + 1)
      models[prefix] = model
      for parameter in model.parameters() {
        let isPatch = parameter.name == "patch_embed.proj.weight"
        tensors.append(
          (prefix + parameter.name, isPatch ? [64, 3, 8, 8] : parameter.tensor.shape, parameter.tensor.array()))
      }
      // Heads stand beside a backbone, not in it.
      let parts = prefix.split(separator: ".")
      let head = parts.count > 1 ? "\(parts[0]).head.mlp.0.weight" : "\(prefix.dropLast())_head.0.weight"
      if !prefixes.contains(""), !tensors.contains(where: { $0.name == head }) { tensors.append((head, [1], [0])) }
    }
    try writeSafetensors(tensors, to: url)
    return models
  }

  private func isSame(_ vision: LoadedVision, _ model: VisionTransformer?) -> Bool {
    vision.model.parameters().map { $0.tensor.array() } == model?.parameters().map { $0.tensor.array() }
  }

  private static let files: [(prefixes: [String], taken: String)] = [
    (["student_backbone.", "teacher_backbone."], "teacher_backbone."),
    (["student_backbone.vit.", "teacher_backbone.vit."], "teacher_backbone.vit."),
    (["student.module.backbone.", "teacher.backbone."], "teacher.backbone."),
    (["student.backbone.", "teacher.backbone."], "teacher.backbone."),
    (["", "model_ema."], "model_ema."), (["model.", "model_ema."], "model_ema."), (["module.", "ema."], "ema."),
    (["model.", "ema_model."], "ema_model."), (["model.", "modelEma.module."], "modelEma.module."),
    (["state_dict.", "state_dict_ema."], "state_dict_ema."),
    (["backbone.", "backbone_momentum."], "backbone_momentum."),
    (["encoder.", "momentum_encoder."], "momentum_encoder."),
    (["module.encoder.", "module.momentum_encoder."], "module.momentum_encoder."),
    (["encoder.", "target_encoder."], "target_encoder."),
    (["online_encoder.", "target_encoder."], "target_encoder."),
    (["visual_encoder.", "visual_encoder_m."], "visual_encoder_m."),
    // MoCo's authors judge what was trained.
    (["module.encoder_q.", "module.encoder_k."], "module.encoder_q."),
    (["module.base_encoder.", "module.momentum_encoder."], "module.base_encoder."),
    (["backbone.", "student."], "backbone."),
  ]

  @Test(arguments: files.indices)
  func theTowerThatIsMeantIsRead(_ index: Int) throws {
    let (prefixes, taken) = Self.files[index]
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("run.safetensors")
      for order in [prefixes, prefixes.reversed()] {
        let models = try write(order, to: url)
        let vision = try loadVision(from: url, device: CPUDevice())
        #expect(isSame(vision, models[taken]), "\(order)")
        let note = try #require(vision.notes.first)
        for prefix in prefixes {
          let name = prefix.isEmpty ? "unprefixed" : String(prefix.dropLast())
          #expect(note.contains(name) && note.contains("--tower"), "\(note)")
          let asked = try loadVision(from: url, device: CPUDevice(), tower: name)
          #expect(isSame(asked, models[prefix]) && asked.report.contains("tower \(name)"), "\(name)")
          #expect(!asked.notes.contains { $0.contains("--tower") })
        }
      }
    }
  }

  @Test func aPartOfANameIsEnough() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("run.safetensors")
      var models = try write(["student.module.backbone.", "teacher.backbone."], to: url)
      #expect(
        isSame(try loadVision(from: url, device: CPUDevice(), tower: "student"), models["student.module.backbone."]))
      models = try write(["student_backbone.", "teacher_backbone."], to: url)
      #expect(isSame(try loadVision(from: url, device: CPUDevice(), tower: "student"), models["student_backbone."]))
      for (tower, pieces) in [
        ("averaged", ["no image tower called averaged", "teacher_backbone, student_backbone"]),
        ("backbone", ["several image towers called backbone", "teacher_backbone, student_backbone"]),
      ] {
        let error = #expect(throws: CheckpointError.self) {
          try loadVision(from: url, device: CPUDevice(), tower: tower)
        }
        for piece in pieces { #expect(error?.description.contains(piece) == true, "\(error?.description ?? "")") }
      }
    }
  }

  @Test func aSingleTowerIsNoChoice() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("run.safetensors")
      let models = try write(["teacher.backbone."], to: url)
      let vision = try loadVision(from: url, device: CPUDevice())
      #expect(isSame(vision, models["teacher.backbone."]) && !vision.notes.contains { $0.contains("--tower") })
      #expect(!vision.report.contains("tower"))
      #expect(throws: CheckpointError.self) { try loadVision(from: url, device: CPUDevice(), tower: "student") }
      // CLIP's text tower is no image tower.
      let clip = try loadVision(from: fixture("models/clip-both"), device: CPUDevice())
      #expect(!clip.notes.contains { $0.contains("--tower") })
    }
  }
}
