import ArrayDifference
import Foundation
import Models
import Tensors
import Testing

/// Whatever is wrong with a checkpoint ends in one sentence that names the file and the first tensors at fault.
@Suite struct LoadErrorTests {
  /// Tensors of a fixture with some left out, renamed or reshaped, under a configuration that may be changed too.
  private func loadChanged(
    _ name: String, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void = { _ in },
    configuration: ((String) -> String)? = nil
  ) throws {
    let source = fixture("models/\(name)")
    let file = try SafetensorsFile(source.appendingPathComponent("model.safetensors"))
    var tensors = try file.names.map { (name: $0, shape: file.shape($0) ?? [], values: try file.floats($0)) }
    change(&tensors)
    try withTemporaryFolder { folder in
      try writeSafetensors(tensors, to: folder.appendingPathComponent("model.safetensors"))
      if let configuration {
        let text = try String(contentsOf: source.appendingPathComponent("config.json"), encoding: .utf8)
        try Data(configuration(text).utf8).write(to: folder.appendingPathComponent("config.json"))
      }
      _ = try loadVision(from: folder, device: CPUDevice())
    }
  }

  private func expectSentence(_ pieces: [String], _ body: () throws -> Void) {
    let error = #expect(throws: CheckpointError.self) { try body() }
    let sentence = error?.description ?? ""
    for piece in pieces { #expect(sentence.contains(piece), "\(sentence)") }
    #expect(sentence.hasSuffix(".") && !sentence.contains("\n") && sentence.count < 700)
  }

  @Test func namesMissingTensors() {
    expectSentence(["missing encoder.layer.1.attention.attention.key.weight", "DINOv2"]) {
      try loadChanged("dinov2", { $0.removeAll { $0.name.contains("1.attention.attention.key.weight") } }) { $0 }
    }
    expectSentence(["missing layernorm.weight", "layernorm.bias"]) {
      try loadChanged("dinov2", { $0.removeAll { $0.name.hasPrefix("layernorm") } }) { $0 }
    }
    expectSentence(["pre_layrnorm.weight"]) {
      try loadChanged("clip-gelu", { $0.removeAll { $0.name.contains("pre_layrnorm") } }) { $0 }
    }
  }

  @Test func namesUnexpectedTensors() {
    expectSentence(["unexpected embeddings.other_tokens"]) {
      try loadChanged(
        "dinov2", { $0.append(("embeddings.other_tokens", [1, 2, 32], .init(repeating: 0, count: 64))) }
      ) {
        $0
      }
    }
    expectSentence(["unexpected encoder.layer.1.", "more"]) {
      try loadChanged(
        "dinov2",
        configuration: { $0.replacingOccurrences(of: "\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 1") })
    }
  }

  @Test func namesMisshapenTensors() {
    expectSentence(["misshapen", "mlp.fc1.weight [64, 32] instead of [96, 32]"]) {
      try loadChanged(
        "dinov2", configuration: { $0.replacingOccurrences(of: "\"mlp_ratio\": 2", with: "\"mlp_ratio\": 3") })
    }
    expectSentence(["embeddings.position_embeddings [1, 26, 32] instead of [1, 17, 32]"]) {
      try loadChanged(
        "dinov2", configuration: { $0.replacingOccurrences(of: "\"image_size\": 35", with: "\"image_size\": 28") })
    }
    expectSentence(["missing encoder.layer.2."]) {
      try loadChanged(
        "dinov2",
        configuration: { $0.replacingOccurrences(of: "\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 3") })
    }
  }

  private static let configurations: [(String, String, String)] = [
    ("\"num_attention_heads\": 4", "\"num_attention_heads\": 5", "multiple of 5 heads"),
    ("\"num_attention_heads\": 4", "\"num_attention_heads\": -4", "num_attention_heads"),
    ("\"num_attention_heads\": 4", "\"num_attention_heads\": \"four\"", "num_attention_heads"),
    ("\"hidden_size\": 32", "\"hidden_size\": 1e400", "JSON"),
    ("\"hidden_size\": 32", "\"hidden_size\": 0", "hidden_size"),
    ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 99999999", "depth"),
    ("\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": -1", "layerNormEpsilon"),
    ("\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": []", "layer_norm_eps"),
    ("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"silu\"", "silu"),
    ("\"model_type\": \"dinov2\"", "\"model_type\": \"resnet\"", "resnet"),
    ("\"use_swiglu_ffn\": false", "\"use_swiglu_ffn\": true", "SwiGLU"),
    ("\"patch_size\": 7", "\"patch_size\": 35", "misshapen"),
    ("\"mlp_ratio\": 2", "\"mlp_ratio\": 1e30", "mlp"),
    ("}", "", "JSON"),
  ]

  @Test(arguments: configurations.indices)
  func namesWhatIsWrongWithAConfiguration(_ index: Int) throws {
    let (old, new, piece) = Self.configurations[index]
    let text = try String(contentsOf: fixture("models/dinov2/config.json"), encoding: .utf8)
    try #require(text.contains(old))
    if piece == "mlp" {
      // An absurd ratio is not believed; the shapes say what it is.
      #expect(throws: Never.self) {
        try loadChanged("dinov2", configuration: { $0.replacingOccurrences(of: old, with: new) })
      }
    } else {
      expectSentence([piece]) {
        try loadChanged("dinov2", configuration: { $0.replacingOccurrences(of: old, with: new) })
      }
    }
  }

  @Test func sayWhatABareFileLacks() throws {
    // Width 32 is no multiple of 64, so nothing tells the heads.
    expectSentence(["heads", "config.json"]) { try loadChanged("dinov2") }
    expectSentence(["no vision transformer"]) {
      try loadChanged("dinov2", { $0.removeAll { $0.name.contains("cls_token") } })
    }
    expectSentence(["square"]) {
      try loadChanged(
        "vit-dino",
        { tensors in
          for i in tensors.indices where tensors[i].name.contains("position") {
            tensors[i].shape = [1, 16, 32]
            tensors[i].values.removeLast(32)
          }
        }
      ) { $0.replacingOccurrences(of: "\"image_size\"", with: "\"was\"") }
    }
  }

  @Test func sayWhatAFolderLacks() throws {
    try withTemporaryFolder { folder in
      expectSentence(["no safetensors file"]) { _ = try loadVision(from: folder, device: CPUDevice()) }
      try Data().write(to: folder.appendingPathComponent("a.safetensors"))
      expectSentence(["0 bytes"]) { _ = try loadVision(from: folder, device: CPUDevice()) }
      try Data().write(to: folder.appendingPathComponent("b.safetensors"))
      expectSentence(["several"]) { _ = try loadVision(from: folder, device: CPUDevice()) }
      let pickle = folder.appendingPathComponent("ViT-B-16.pt")
      try Data("PK".utf8).write(to: pickle)
      expectSentence(["begins \"PK\""]) { _ = try loadVision(from: pickle, device: CPUDevice()) }
      let absent = folder.appendingPathComponent("absent")
      expectSentence(["does not exist"]) { _ = try loadVision(from: absent, device: CPUDevice()) }
      try Data("{\"weight_map\": {\"x\": \"../a.safetensors\"}}".utf8).write(
        to: folder.appendingPathComponent("model.safetensors.index.json"))
      expectSentence(["weight_map"]) { _ = try loadVision(from: folder, device: CPUDevice()) }
    }
  }

  @Test func readsShards() throws {
    let source = fixture("models/dinov2")
    let file = try SafetensorsFile(source.appendingPathComponent("model.safetensors"))
    try withTemporaryFolder { folder in
      let half = file.names.count / 2
      var map: [String] = []
      for (number, names) in [file.names.prefix(half), file.names.suffix(from: half)].enumerated() {
        let name = "model-\(number).safetensors"
        let tensors = try names.map { (name: $0, shape: file.shape($0) ?? [], values: try file.floats($0)) }
        try writeSafetensors(tensors, to: folder.appendingPathComponent(name))
        map += names.map { "\"\($0)\": \"\(name)\"" }
      }
      try Data("{\"weight_map\": {\(map.joined(separator: ", "))}}".utf8).write(
        to: folder.appendingPathComponent("model.safetensors.index.json"))
      try FileManager.default.copyItem(
        at: source.appendingPathComponent("config.json"), to: folder.appendingPathComponent("config.json"))
      let (whole, sharded) = (
        try loadVision(from: source, device: CPUDevice()), try loadVision(from: folder, device: CPUDevice())
      )
      for (a, b) in zip(whole.model.parameters(), sharded.model.parameters()) {
        #expect(difference(a.tensor.array(), b.tensor.array()) == nil, "\(a.name)")
      }
    }
  }
}
