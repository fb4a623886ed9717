import Foundation

/// A configuration that a library wrote beside its weights.
struct ModelConfiguration {
  enum Kind: CaseIterable {
    /// transformers' `config.json`.
    case transformers
    /// timm's `config.json`.
    case timm
    /// `open_clip_config.json`.
    case openCLIP

    var title: String {
      switch self {
      case .transformers: "transformers"
      case .timm: "timm"
      case .openCLIP: "open_clip"
      }
    }
  }

  /// Names under which configurations are looked for, in this order.
  static let fileNames = ["config.json", "open_clip_config.json"]

  let kind: Kind
  let url: URL
  let content: JSONValue

  var path: String { url.path }
  var name: String { url.lastPathComponent }

  /// - Returns: nil if the file is JSON but describes no model.
  /// - Throws: if it cannot be read as JSON.
  init?(_ url: URL) throws {
    let content = try JSONValue.read(url)
    if content["model_cfg"] != nil {
      kind = .openCLIP
    } else if content["architecture"]?.string != nil {
      kind = .timm
    } else if content["model_type"]?.string != nil || content["hidden_size"] != nil {
      kind = .transformers
    } else {
      return nil
    }
    self.url = url
    self.content = content
  }
}

extension NameScheme {
  /// Kinds of configuration that go with tensors named so, the library's own first.
  var configurationKinds: [ModelConfiguration.Kind] {
    switch self {
    case .timm: [.timm, .transformers, .openCLIP]
    case .transformersCLIP, .transformersSigLIP, .transformersViT, .transformersDINOv3:
      [.transformers, .openCLIP, .timm]
    case .openAI: [.openCLIP, .transformers, .timm]
    }
  }
}
