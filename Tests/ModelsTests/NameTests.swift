import ArrayDifference
import Foundation
import Models
import Tensors
import Testing

/// Names and facts that need no reference: what is written under one library's names is read back exactly.
@Suite struct NameTests {
  /// A CLIP tower as OpenAI's files have it: no configuration, heads from the width, `proj` stored transposed.
  private func openAINames(_ model: VisionTransformer) -> [(name: String, shape: [Int], values: [Float])] {
    let pairs = [
      ("cls_token", "class_embedding"), ("pos_embed", "positional_embedding"), ("patch_embed.proj", "conv1"),
      ("norm_pre", "ln_pre"), ("blocks.", "transformer.resblocks."), ("norm1", "ln_1"), ("norm2", "ln_2"),
      ("attn.qkv.", "attn.in_proj_"), ("attn.proj", "attn.out_proj"), ("mlp.fc1", "mlp.c_fc"),
      ("mlp.fc2", "mlp.c_proj"),
      ("head.weight", "proj"),
    ]
    return model.parameters().map { parameter in
      let tensor = parameter.tensor
      var name = parameter.name.hasPrefix("norm.") ? "ln_post." + parameter.name.dropFirst(5) : parameter.name
      for (ours, theirs) in pairs { name = name.replacingOccurrences(of: ours, with: theirs) }
      if name == "conv1.weight" { return ("visual." + name, [tensor.shape[0], 3, 8, 8], tensor.array()) }
      guard name == "proj" else { return ("visual." + name, tensor.shape, tensor.array()) }
      let (rows, columns, values) = (tensor.shape[0], tensor.shape[1], tensor.array())
      let transposed = (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
      return ("visual.proj", [columns, rows], transposed)
    }
  }

  @Test func aBareOpenAIFileIsReadByItsNamesAndShapes() throws {
    let device = CPUDevice()
    let configuration = VisionTransformerConfiguration.clip(
      imageSize: 32, patchSize: 8, width: 128, depth: 2, heads: 2, projection: 20)
    let model = VisionTransformer(configuration, device: device, seed: 3)
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("ViT-B-16.safetensors")
      try writeSafetensors(
        openAINames(model) + [("logit_scale", [], [4.6]), ("text_projection", [2, 2], [0, 0, 0, 0])], to: url)
      let loaded = try loadVision(from: url, device: device)
      #expect(loaded.model.configuration == configuration)
      #expect(
        loaded.notes.contains { $0.contains("QuickGELU assumed") } && loaded.family == .clip
          && loaded.normalization == .clip)
      for (a, b) in zip(loaded.model.parameters(), model.parameters()) {
        #expect(a.name == b.name)
        #expect(difference(a.tensor.array(), b.tensor.array()) == nil, "\(a.name)")
      }
      let exact = try loadVision(from: url, device: device, activation: .gelu)
      #expect(exact.model.configuration.activation == .gelu)
    }
  }

  /// A run's checkpoint: parameters as they lie in memory, other names around them, moments among them.
  @Test func aStudentIsReadFromARunsCheckpoint() throws {
    let device = CPUDevice()
    let configuration = VisionTransformerConfiguration(
      imageSize: 32, patchSize: 8, width: 24, depth: 1, heads: 2, layerScale: 0.1, positions: .sinCos, maskToken: true)
    let student = VisionTransformer(configuration, device: device, seed: 1)
    let card = ModelCard(family: .mvp, vision: configuration, normalization: .imageNet)
    var tensors = student.parameters(prefix: "student")
    tensors.append(NamedTensor(name: "student.cls_token.exp_avg", tensor: .zeros([24], device: device)))
    tensors.append(NamedTensor(name: "head.clip.weight", tensor: .zeros([4, 24], device: device)))
    try withTemporaryFolder { folder in
      try writeSafetensors(tensors, metadata: card.metadata(), to: folder.appendingPathComponent("trainer.safetensors"))
      let loaded = try loadVision(from: folder, device: device)
      #expect(loaded.model.configuration == configuration)
      for (a, b) in zip(loaded.model.parameters(), student.parameters()) {
        #expect(difference(a.tensor.array(), b.tensor.array()) == nil, "\(a.name)")
      }
      // An export carries the fixed positions along, and is read all the same.
      let url = folder.appendingPathComponent("export.safetensors")
      try saveVision(student, normalization: .imageNet, to: url)
      #expect(try SafetensorsFile(url).shape("pos_embed") == [1, 17, 24])
      #expect(try loadVision(from: url, device: device).model.configuration == configuration)
    }
  }

  @Test func damagedCardsAreRefused() throws {
    let device = CPUDevice()
    let configuration = VisionTransformerConfiguration.vit(imageSize: 16, patchSize: 8, width: 16, depth: 1, heads: 2)
    let model = VisionTransformer(configuration, device: device, seed: 1)
    try withTemporaryFolder { (folder: URL) throws in
      let url = folder.appendingPathComponent("x.safetensors")
      for (old, new, piece) in [
        ("{", "[", "damaged"), ("\"mean\":[0.5", "\"mean\":[0.5,0.5", "normalization"),
        ("\"heads\":2", "\"heads\":0", "heads"),
        ("\"depth\":1", "\"depth\":2", "missing blocks.1"), ("\"width\":16", "\"width\":-16", "width"),
        ("\"imageSize\":16", "\"imageSize\":9000", "imageSize"), ("\"imageSize\":16", "\"imageSize\":32", "pos_embed"),
      ] {
        var metadata = try ModelCard(family: .vit, vision: configuration, normalization: .half).metadata()
        let text = try #require(metadata[ModelCard.metadataKey])
        try #require(text.contains(old))
        metadata[ModelCard.metadataKey] = text.replacingOccurrences(of: old, with: new)
        try writeSafetensors(model.parameters(), metadata: metadata, to: url)
        let error = #expect(throws: CheckpointError.self) { try loadVision(from: url, device: device) }
        #expect(error?.description.contains(piece) == true, "\(error?.description ?? "")")
      }
    }
  }

  /// Configurations with a few bytes changed: read or refused in a sentence, never a crash.
  @Test(arguments: ["dinov2", "clip-both", "timm-clip-openai", "openclip", "beit"])
  func noDamagedConfigurationCrashes(_ name: String) throws {
    let device = CPUDevice()
    var random = Philox(seed: 11, purpose: .other)
    let source = fixture("models/\(name)")
    try withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("x")
      try FileManager.default.copyItem(at: source, to: copy)
      let file = copy.appendingPathComponent(name == "openclip" ? "open_clip_config.json" : "config.json")
      let sound = [UInt8](try Data(contentsOf: file))
      var (refused, read) = (0, 0)
      for _ in 0..<300 {
        var bytes = sound
        for _ in 0...random.below(3) {
          let place = random.below(bytes.count)
          bytes[place] = Array("0123456789-.e[]{}\"nulltrue".utf8)[random.below(26)]
        }
        try Data(bytes).write(to: file)
        do {
          _ = try loadVision(from: copy, device: device)
          _ = try? loadText(from: copy, device: device)
          read += 1
        } catch let error as CheckpointError {
          refused += 1
          if !error.description.contains(folder.path) { Issue.record("no file named: \(error)") }
        }
      }
      #expect(refused > 20 && read > 5)
    }
  }
}
