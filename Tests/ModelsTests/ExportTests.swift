import Foundation
import Models
import Tensors
import Testing

/// What `Tests/Exports/compare_exports.py` does not see: files of two parts, and what is refused.
@Suite struct ExportTests {
  private let device = CPUDevice()

  /// A model of the workbench, as it is exported.
  private func portable(_ configuration: VisionTransformerConfiguration, in folder: URL) throws -> PortableModel {
    let file = folder.appendingPathComponent("model.safetensors")
    try saveVision(
      VisionTransformer(configuration, device: device, seed: 1), normalization: .imageNet, to: file)
    return try PortableModel.read(file, tower: nil, imageSize: nil, device: device).model
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func size(_ url: URL) throws -> Int { try Data(contentsOf: url).count }

  @Test func largeModelsHaveTheirArraysInASecondFile() throws {
    try inFolder { folder in
      let model = try portable(.beit(imageSize: 32, patchSize: 8, width: 16, depth: 2, heads: 2), in: folder)
      let exported = ExportedModel(onnx: model)
      let (one, two) = (folder.appendingPathComponent("one.onnx"), folder.appendingPathComponent("two.onnx"))
      try exported.writeWeights(to: one)
      try exported.writeWeights(to: two, mostInside: 1000)
      let arrays = folder.appendingPathComponent("two.onnx.data")
      #expect(!FileManager.default.fileExists(atPath: one.path + ".data"))
      // Every array begins with a page.
      #expect(try size(arrays) % 4096 == 0)
      #expect(try size(two) < size(one) && size(arrays) > size(one) - size(two))
      let inside = try Data(contentsOf: two)
      #expect(inside.range(of: Data("two.onnx.data".utf8)) != nil)
      #expect(throws: CheckpointError.self) {
        try exported.writeWeights(to: URL(fileURLWithPath: "/dev/null"), mostInside: 1000)
      }
    }
  }

  @Test func openClipRefusesWhatItsClassCannotBe() throws {
    try inFolder { folder in
      let model = try portable(.beit(imageSize: 32, patchSize: 8, width: 16, depth: 1, heads: 2), in: folder)
      #expect(throws: CheckpointError.self) { try ExportedModel(openClip: model) }
    }
  }

  @Test func anImageTowerAloneIsNoWholeModelOfOpenClip() throws {
    try inFolder { folder in
      let model = try portable(.vit(imageSize: 32, patchSize: 8, width: 16, depth: 1, heads: 2), in: folder)
      let exported = try ExportedModel(openClip: model)
      #expect(exported.weightsName == "visual.pt" && exported.configuration.contains("\"embed_dim\": 16"))
    }
  }

  /// What the class of a library is where it has one, and what is said where it has none.
  private static let choices: [(name: String, timm: String, transformers: String, openClip: String)] = [
    ("siglip", "VisionTransformer", "SiglipVisionModel", "no CLS"),
    ("siglip2", "VisionTransformer", "SiglipVisionModel", "no CLS"),
    ("siglip-headless", "VisionTransformer", "IJepaModel", "no CLS"),
    ("ijepa", "VisionTransformer", "IJepaModel", "no CLS"),
    ("dinov3", "Eva", "DINOv3ViTModel", "rotary positions"),
    ("dinov3-gated", "Eva", "DINOv3ViTModel", "rotary positions"),
    ("timm-eva02", "Eva", "norms inside its branches", "rotary positions"),
    ("timm-eva02-tiny", "Eva", "rotary positions as EVA-02 has them", "rotary positions"),
    ("dinov2-gated", "VisionTransformer", "Dinov2Model", "gated MLPs"),
    ("tips", "VisionTransformer", "Dinov2WithRegistersModel", "registers"),
  ]

  @Test(arguments: choices.indices)
  func classesOfTowers(_ index: Int) throws {
    let choice = Self.choices[index]
    let model = try PortableModel.read(
      fixture("towers/\(choice.name)"), tower: nil, imageSize: nil, device: device
    ).model
    func told(_ export: () throws -> ExportedModel) -> String {
      do { return try export().className } catch { return "\(error)" }
    }
    let timm = told { try ExportedModel(timm: model) }
    let transformers = told { try ExportedModel(transformers: model) }
    let openClip = told { try ExportedModel(openClip: model) }
    #expect(timm.hasSuffix(".\(choice.timm)"), "\(timm)")
    #expect(transformers.contains(choice.transformers), "\(transformers)")
    #expect(openClip.contains("it has \(choice.openClip)"), "\(openClip)")
    for sentence in [timm, transformers, openClip] where sentence.contains("no class") {
      #expect(sentence.contains("--to onnx") && sentence.contains("--to torch"))
    }
  }

  /// What has no CLS has positions of its patches alone, which the workbench's own reader takes.
  @Test func modelsWithoutCLSAreReadAgain() throws {
    try inFolder { folder in
      let source = fixture("towers/openclip-siglip")
      let model = try PortableModel.read(source, tower: nil, imageSize: 48, device: device).model
      let file = folder.appendingPathComponent("model.pth")
      try ExportedModel(torch: model).writeWeights(to: file)
      let again = try loadVision(from: file, device: device, imageSize: 48)
      #expect(again.model.configuration.pooling == model.model.configuration.pooling)
      let positions = (model.model.positions?.array() ?? [], again.model.positions?.array() ?? [])
      #expect(!positions.0.isEmpty && positions.0 == positions.1)
    }
  }

  @Test func uperNetGoesToONNX() throws {
    try inFolder { folder in
      let backbone = VisionTransformer(
        .beit(imageSize: 64, patchSize: 16, width: 16, depth: 4, heads: 2), device: device, seed: 2)
      let model = SegmentationModel(on: backbone, head: .uperNet(channels: 8), classes: 5, seed: 1)
      var card = ModelCard(family: .mvp, vision: backbone.configuration, normalization: .imageNet)
      card.classes = ["a", "b", "c", "d", "e"]
      card.segmentation = SegmentationCard(head: .uperNet(channels: 8), inference: .slide, stride: nil)
      let file = folder.appendingPathComponent("model.safetensors")
      try saveVision(backbone, others: model.head.parameters() + model.statistics(), card: card, to: file)
      let exported = ExportedModel(
        onnx: try PortableModel.read(file, tower: nil, imageSize: nil, device: device).model)
      let graph = folder.appendingPathComponent("model.onnx")
      try exported.writeWeights(to: graph)
      let bytes = try Data(contentsOf: graph)
      for name in ["ConvTranspose", "MaxPool", "decode_head.fpn_bottleneck.weight", "logits"] {
        #expect(bytes.range(of: Data(name.utf8)) != nil, "\(name)")
      }
      // The coarsest map has no pixel of one patch.
      #expect(throws: CheckpointError.self) {
        try PortableModel.read(file, tower: nil, imageSize: 16, device: device)
      }
    }
  }
}
