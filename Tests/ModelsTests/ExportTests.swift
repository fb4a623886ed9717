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
}
