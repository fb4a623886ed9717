import Foundation
import Models
import Tensors
import Testing

/// A file of weights is read with the configuration that lies beside it, and whatever no configuration says is said to
/// be assumed.
@Suite struct BareFileTests {
  /// The weights of every case as a file, in place of its folder.
  private static let files: [(LoadVisionTests.Case, URL)] = LoadVisionTests.cases.compactMap { item in
    let folder = fixture(item.path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let weights = names.filter { $0.hasSuffix(".safetensors") }
    return weights.first.map { (item, folder.appendingPathComponent($0)) }
  }

  @Test(arguments: files.indices)
  func aFileIsReadAsItsFolder(_ index: Int) throws {
    let (item, file) = Self.files[index]
    let device = CPUDevice()
    let vision = try loadVision(from: file, device: device, imageSize: item.imageSize)
    let folder = try loadVision(from: fixture(item.path), device: device, imageSize: item.imageSize)
    #expect(vision.model.configuration == folder.model.configuration)
    #expect(vision.report == folder.report && vision.notes == folder.notes)
    #expect(vision.normalization == folder.normalization && vision.family == folder.family)
    let expected = try SafetensorsFile(fixture("\(item.name).expected.safetensors"))
    let pixels = Tensor(try expected.floats("pixels"), shape: expected.shape("pixels") ?? [], device: device)
    let tokens = vision.model.features(pixels, normalization: vision.normalization).array()
    let difference = zip(tokens, try expected.floats("tokens")).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 1e-4, "\(item.name)")
  }

  @Test func filesWereFound() { #expect(Self.files.count >= 18) }

  /// A fixture's weights in a folder of their own, with these files beside them.
  private func load(
    _ name: String, beside texts: [String: String], asFile: Bool = true, tower: String? = nil
  ) throws -> LoadedVision {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("weights.safetensors")
      let source = fixture("models/\(name)")
      let weights = name.hasSuffix(".safetensors") ? source : source.appendingPathComponent("model.safetensors")
      try FileManager.default.copyItem(at: weights, to: file)
      for (name, text) in texts { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
      return try loadVision(from: asFile ? file : folder, device: CPUDevice(), tower: tower)
    }
  }

  private func configuration(_ name: String, _ changes: [String: String?] = [:]) throws -> String {
    let data = try Data(contentsOf: fixture("models/\(name)/config.json"))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for (key, value) in changes {
      object[key] = try value.map { try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
    }
    return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  }

  @Test func headsAreTheConfigurations() throws {
    for heads in [1, 2, 8] {
      let text = try configuration("dinov2", ["num_attention_heads": "\(heads)"])
      #expect(try load("dinov2", beside: ["config.json": text]).model.configuration.heads == heads)
    }
  }

  /// What transformers' classes have by default (ViTConfig, Dinov2Config, CLIPVisionConfig, BeitConfig of 5.24).
  @Test func keysThatAreMissingHaveTransformersDefaults() throws {
    let vit = try load(
      "vit-dino", beside: ["config.json": try configuration("vit-dino", ["layer_norm_eps": nil, "hidden_act": nil])])
    #expect(vit.model.configuration.layerNormEpsilon == 1e-12 && vit.model.configuration.activation == .gelu)
    #expect(vit.notes.contains { $0.contains("leaves out layer_norm_eps (1e-12), hidden_act (gelu)") }, "\(vit.notes)")
    let clip = try load(
      "clip-quickgelu",
      beside: ["config.json": try configuration("clip-quickgelu", ["layer_norm_eps": nil, "hidden_act": nil])])
    #expect(clip.model.configuration.layerNormEpsilon == 1e-5 && clip.model.configuration.activation == .quickGELU)
    let dinov2 = try load(
      "dinov2", beside: ["config.json": try configuration("dinov2", ["layer_norm_eps": nil])])
    #expect(dinov2.model.configuration.layerNormEpsilon == 1e-6)
    #expect(dinov2.notes.contains { $0.contains("layer_norm_eps (1e-06)") })
  }

  /// Against transformers' ViTImageProcessor on pixels 0, 128 and 255.
  @Test func thePreprocessorSaysWhatPixelsAre() throws {
    let text = try configuration("dinov2")
    func normalised(_ preprocessor: String) throws -> [Float] {
      let vision = try load("dinov2", beside: ["config.json": text, "preprocessor_config.json": preprocessor])
      return zip([0, 128.0 / 255, 1], zip(vision.mean, vision.standardDeviation)).map { (Float($0) - $1.0) / $1.1 }
    }
    func expect(_ found: [Float], _ wanted: [Float]) {
      for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-4, "\(found)") }
    }
    expect(
      try normalised(#"{"do_normalize": false, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}"#),
      [0, 0.50196, 1])
    expect(try normalised(#"{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}"#), [-1, 0.00392, 1])
    expect(
      try normalised(#"{"rescale_factor": 0.00784313725490196, "image_mean": [1, 1, 1], "image_std": [1, 1, 1]}"#),
      [-1, 0.00392, 1])
    expect(
      try normalised(
        #"{"do_rescale": false, "image_mean": [127.5, 127.5, 127.5], "image_std": [127.5, 127.5, 127.5]}"#),
      [-1, 0.00392, 1])
  }

  @Test func whatNobodySaysIsSaidToBeAssumed() throws {
    let alone = try load("dino-run.safetensors", beside: [:])
    let note = try #require(alone.notes.last)
    for piece in ["no configuration", "1 heads for a width of 64", "eps 1e-06", "ImageNet", "GELU assumed"] {
      #expect(note.contains(piece), "\(note)")
    }
    // The configuration of transformers never has mean and deviation.
    let without = try load("dinov2", beside: ["config.json": try configuration("dinov2")])
    #expect(without.notes.count == 1 && without.notes[0].contains("ImageNet mean and deviation assumed"))
    #expect(!without.notes[0].contains("heads") && !without.notes[0].contains("GELU"))
    let said = #"{"image_mean": [0.4, 0.4, 0.4], "image_std": [0.2, 0.2, 0.2]}"#
    let whole = try load(
      "dinov2", beside: ["config.json": try configuration("dinov2"), "preprocessor_config.json": said])
    #expect(whole.notes.isEmpty && whole.mean == [0.4, 0.4, 0.4])
    // A file that has nothing to do with the weights is named and left out.
    let among = try load("dino-run.safetensors", beside: ["config.json": #"{"editor": {"tabs": 4}}"#])
    #expect(among.notes.contains { $0.contains("config.json") && $0.contains("describes no model") }, "\(among.notes)")
    #expect(among.notes.contains { $0.contains("1 heads") })
  }

  @Test func meanPoolingIsSaid() throws {
    let text = try configuration("beit", ["use_mean_pooling": "true"])
    #expect(try load("beit", beside: ["config.json": text]).notes.contains { $0.contains("use_mean_pooling") })
    let timm = try configuration("timm-vit", ["global_pool": "\"avg\""])
    #expect(try load("timm-vit", beside: ["config.json": timm]).notes.contains { $0.contains("global_pool") })
  }

  @Test func aConfigurationOfAnotherModelIsRefused() throws {
    for (weights, other, piece) in [
      ("dinov2", "clip-gelu", "CLIP tower"), ("clip-gelu", "dinov2", "layer norm before its first block"),
      ("dinov2", "vit-dino", "no layer scale"), ("vit-dino", "dinov2", "layer scale"),
      ("clip-gelu", "timm-vit", "timm's"), ("timm-dino", "clip-gelu", "CLIP tower"),
    ] {
      for asFile in [true, false] {
        let error = #expect(throws: CheckpointError.self, "\(weights) with \(other)") {
          try load(weights, beside: ["config.json": try configuration(other)], asFile: asFile)
        }
        #expect(error?.description.contains(piece) == true, "\(error?.description ?? "")")
      }
    }
    for changes in [["num_attention_heads": "5"], ["hidden_size": "64"], ["patch_size": "14"], ["qkv_bias": "false"]] {
      #expect(throws: CheckpointError.self, "\(changes)") {
        try load("dinov2", beside: ["config.json": try configuration("dinov2", changes)])
      }
    }
    #expect(throws: CheckpointError.self) { try load("dinov2", beside: ["config.json": "{"]) }
  }

  /// A hub's folder has the same model for several libraries.
  @Test func theConfigurationOfTheTensorsLibraryIsTaken() throws {
    let openCLIP = fixture("models/openclip")
    try withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("hub")
      try FileManager.default.copyItem(at: openCLIP, to: copy)
      try Data(configuration("clip-quickgelu").utf8).write(to: copy.appendingPathComponent("config.json"))
      let file = copy.appendingPathComponent("open_clip_model.safetensors")
      let read = try loadVision(from: file, device: CPUDevice())
      #expect(read.model.configuration.activation == .gelu && read.model.configuration.heads == 4)
      // A link leads to the folder of what it links to.
      let link = folder.appendingPathComponent("link.safetensors")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      #expect(try loadVision(from: link, device: CPUDevice()).model.configuration == read.model.configuration)
    }
  }

  @Test func anIndexStandsForItsShards() throws {
    let source = fixture("models/dinov2")
    try withTemporaryFolder { folder in
      for name in ["config.json", "model.safetensors"] {
        try FileManager.default.copyItem(
          at: source.appendingPathComponent(name),
          to: folder.appendingPathComponent(name == "config.json" ? name : "shard.safetensors"))
      }
      let index = folder.appendingPathComponent("model.safetensors.index.json")
      try Data(#"{"weight_map": {"a": "shard.safetensors"}}"#.utf8).write(to: index)
      #expect(try loadVision(from: index, device: CPUDevice()).model.configuration.heads == 4)
    }
  }
}
