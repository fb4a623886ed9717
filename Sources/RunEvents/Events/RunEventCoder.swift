import Foundation

/// The JSON-lines form of ``RunEvent``, version 1: one flat object a line, keys sorted, `version` and `event` beside
/// the payload's fields; bytes as base64; the rest as ``runJSONEncoder()`` has it.
package enum RunEventCoder {
  package static let version = 1

  /// One line without its line feed.
  package static func line(_ event: RunEvent) throws -> String {
    String(decoding: try runJSONEncoder().encode(event), as: UTF8.self)
  }

  /// Throws where the line is no JSON object, is of a later version, or names an unknown event.
  package static func event(line: String) throws -> RunEvent {
    try runJSONDecoder().decode(RunEvent.self, from: Data(line.utf8))
  }
}

extension RunEvent: Codable {
  enum EnvelopeKeys: String, CodingKey, CaseIterable { case version, event }

  package enum Kind: String, Codable, CaseIterable {
    case started, state, step, preview, inspection, attention, scores, system, guidance, checkpoint, message, finished
    case setting, health, features, runs, comparison, ablations
    case evalProgress = "eval_progress"
    case evalResult = "eval_result"
    case evalFailure = "eval_failure"
  }

  package init(from decoder: any Decoder) throws {
    let envelope = try decoder.container(keyedBy: EnvelopeKeys.self)
    let version = try envelope.decode(Int.self, forKey: .version)
    guard version <= RunEventCoder.version else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: envelope,
        debugDescription:
          "event version \(version) is later than \(RunEventCoder.version), the latest this program reads")
    }
    switch try envelope.decode(Kind.self, forKey: .event) {
    case .started: self = .started(try RunDescription(from: decoder))
    case .state: self = .state(try RunStateChange(from: decoder))
    case .step: self = .step(try StepMetrics(from: decoder))
    case .preview: self = .preview(try MaskPreview(from: decoder))
    case .inspection: self = .inspection(try PatchInspection(from: decoder))
    case .attention: self = .attention(try PatchAttention(from: decoder))
    case .scores: self = .scores(try PictureScores(from: decoder))
    case .system: self = .system(try SystemSample(from: decoder))
    case .guidance: self = .guidance(try GuidanceChange(from: decoder))
    case .checkpoint: self = .checkpoint(try CheckpointRecord(from: decoder))
    case .evalProgress: self = .evalProgress(try EvalProgress(from: decoder))
    case .evalResult: self = .evalResult(try EvalResult(from: decoder))
    case .evalFailure: self = .evalFailure(try EvalFailure(from: decoder))
    case .setting: self = .setting(try SettingChange(from: decoder))
    case .health: self = .health(try HealthNotice(from: decoder))
    case .features: self = .features(try FeatureSpread(from: decoder))
    case .runs: self = .runs(try RunCatalog(from: decoder))
    case .comparison: self = .comparison(try RunComparison(from: decoder))
    case .ablations: self = .ablations(try AblationList(from: decoder))
    case .message: self = .message(try RunMessage(from: decoder))
    case .finished: self = .finished(try RunSummary(from: decoder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var envelope = encoder.container(keyedBy: EnvelopeKeys.self)
    try envelope.encode(RunEventCoder.version, forKey: .version)
    try envelope.encode(kind, forKey: .event)
    switch self {
    case .started(let value): try value.encode(to: encoder)
    case .state(let value): try value.encode(to: encoder)
    case .step(let value): try value.encode(to: encoder)
    case .preview(let value): try value.encode(to: encoder)
    case .inspection(let value): try value.encode(to: encoder)
    case .attention(let value): try value.encode(to: encoder)
    case .scores(let value): try value.encode(to: encoder)
    case .system(let value): try value.encode(to: encoder)
    case .guidance(let value): try value.encode(to: encoder)
    case .checkpoint(let value): try value.encode(to: encoder)
    case .evalProgress(let value): try value.encode(to: encoder)
    case .evalResult(let value): try value.encode(to: encoder)
    case .evalFailure(let value): try value.encode(to: encoder)
    case .setting(let value): try value.encode(to: encoder)
    case .health(let value): try value.encode(to: encoder)
    case .features(let value): try value.encode(to: encoder)
    case .runs(let value): try value.encode(to: encoder)
    case .comparison(let value): try value.encode(to: encoder)
    case .ablations(let value): try value.encode(to: encoder)
    case .message(let value): try value.encode(to: encoder)
    case .finished(let value): try value.encode(to: encoder)
    }
  }

  private var kind: Kind {
    switch self {
    case .started: .started
    case .state: .state
    case .step: .step
    case .preview: .preview
    case .inspection: .inspection
    case .attention: .attention
    case .scores: .scores
    case .system: .system
    case .guidance: .guidance
    case .checkpoint: .checkpoint
    case .evalProgress: .evalProgress
    case .evalResult: .evalResult
    case .evalFailure: .evalFailure
    case .setting: .setting
    case .health: .health
    case .features: .features
    case .runs: .runs
    case .comparison: .comparison
    case .ablations: .ablations
    case .message: .message
    case .finished: .finished
    }
  }
}
