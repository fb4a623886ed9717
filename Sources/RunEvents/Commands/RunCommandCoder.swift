import Foundation
import Measures

/// The JSON-lines form of ``RunCommand``, version 1: one flat object a line, keys sorted, `version` and `command`
/// beside the fields of the command: `{"command":"advance","count":3,"version":1}`.
package enum RunCommandCoder {
  package static let version = 1

  /// One line without its line feed.
  package static func line(_ command: RunCommand) throws -> String {
    String(decoding: try runJSONEncoder().encode(command), as: UTF8.self)
  }

  /// Throws if the line is no JSON object, is of a later version, or names an unknown command.
  package static func command(line: String) throws -> RunCommand {
    try runJSONDecoder().decode(RunCommand.self, from: Data(line.utf8))
  }
}

extension RunCommand: Codable {
  private enum Keys: String, CodingKey {
    case version, command, count, name, kind, options, id, index, key, value, left, right, run, edit, checkpoint, keys
    case elsewhere, within, all, trial
  }

  package enum Kind: String, Codable, CaseIterable {
    case pause, resume, advance, guidance, evaluate, checkpoint, preview, inspect, attend, scores, system, change, runs,
      compare, edit, ablations
    case stop
    case cancelEval = "cancel_eval"
    case handOver = "hand_over"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    let version = try fields.decode(Int.self, forKey: .version)
    guard version <= RunCommandCoder.version else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: fields,
        debugDescription:
          "command version \(version) is later than \(RunCommandCoder.version), the latest this program reads")
    }
    switch try fields.decode(Kind.self, forKey: .command) {
    case .pause: self = .pause
    case .resume: self = .resume
    case .advance: self = .advance(count: try fields.decode(Int.self, forKey: .count))
    case .guidance: self = .switchGuidance(name: try fields.decodeIfPresent(String.self, forKey: .name))
    case .evaluate:
      self = .evaluate(
        EvalRequest(
          kind: try fields.decode(String.self, forKey: .kind),
          options: try fields.decodeIfPresent([String: String].self, forKey: .options) ?? [:],
          trial: try fields.decodeIfPresent(TrialStart.self, forKey: .trial)))
    case .cancelEval: self = .cancelEval(id: try fields.decode(Int.self, forKey: .id))
    case .checkpoint: self = .checkpoint
    case .preview: self = .showPreview(index: try fields.decode(Int.self, forKey: .index))
    case .inspect: self = .inspect(index: try fields.decode(Int.self, forKey: .index))
    case .attend: self = .attend(try AttentionQuery(from: decoder))
    case .scores: self = .scorePictures
    case .system: self = .sampleSystem
    case .change:
      self = .change(
        key: try fields.decode(String.self, forKey: .key), value: try fields.decode(String.self, forKey: .value))
    case .runs:
      let keys = try fields.decodeIfPresent([String].self, forKey: .keys)
      let isOfAll = try fields.decodeIfPresent(Bool.self, forKey: .all) ?? false
      self = isOfAll ? .listAllRuns(of: keys ?? []) : keys.map { .listRunsWithValues(of: $0) } ?? .listRuns
    case .ablations: self = .listAblations
    case .compare:
      self = .compareRuns(
        left: try fields.decode(String.self, forKey: .left), right: try fields.decode(String.self, forKey: .right))
    case .edit:
      self = .editRun(
        name: try fields.decode(String.self, forKey: .run), edit: try fields.decode(RunEdit.self, forKey: .edit))
    case .stop:
      self = .stop(
        checkpoint: try fields.decode(Bool.self, forKey: .checkpoint),
        elsewhere: try fields.decodeIfPresent(String.self, forKey: .elsewhere),
        within: try fields.decodeIfPresent(Double.self, forKey: .within))
    case .handOver: self = .handOver
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode(RunCommandCoder.version, forKey: .version)
    try fields.encode(kind, forKey: .command)
    switch self {
    case .pause, .resume, .checkpoint, .scorePictures, .sampleSystem, .listRuns, .listAblations, .handOver: break
    case .listRunsWithValues(let keys): try fields.encode(keys, forKey: .keys)
    case .listAllRuns(let keys):
      try fields.encode(keys, forKey: .keys)
      try fields.encode(true, forKey: .all)
    case .advance(let count): try fields.encode(count, forKey: .count)
    case .switchGuidance(let name): try fields.encodeIfPresent(name, forKey: .name)
    case .evaluate(let request):
      try fields.encode(request.kind, forKey: .kind)
      try fields.encode(request.options, forKey: .options)
      try fields.encodeIfPresent(request.trial, forKey: .trial)
    case .cancelEval(let id): try fields.encode(id, forKey: .id)
    case .attend(let query): try query.encode(to: encoder)
    case .showPreview(let index), .inspect(let index): try fields.encode(index, forKey: .index)
    case .change(let key, let value):
      try fields.encode(key, forKey: .key)
      try fields.encode(value, forKey: .value)
    case .compareRuns(let left, let right):
      try fields.encode(left, forKey: .left)
      try fields.encode(right, forKey: .right)
    case .editRun(let name, let edit):
      try fields.encode(name, forKey: .run)
      try fields.encode(edit, forKey: .edit)
    case .stop(let checkpoint, let elsewhere, let within):
      try fields.encode(checkpoint, forKey: .checkpoint)
      try fields.encodeIfPresent(elsewhere, forKey: .elsewhere)
      try fields.encodeIfPresent(within, forKey: .within)
    }
  }

  private var kind: Kind {
    switch self {
    case .pause: .pause
    case .resume: .resume
    case .advance: .advance
    case .switchGuidance: .guidance
    case .evaluate: .evaluate
    case .cancelEval: .cancelEval
    case .checkpoint: .checkpoint
    case .showPreview: .preview
    case .inspect: .inspect
    case .attend: .attend
    case .scorePictures: .scores
    case .sampleSystem: .system
    case .change: .change
    case .listRuns, .listRunsWithValues, .listAllRuns: .runs
    case .listAblations: .ablations
    case .compareRuns: .compare
    case .editRun: .edit
    case .stop: .stop
    case .handOver: .handOver
    }
  }
}
