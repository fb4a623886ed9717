import RunEvents

/// A command that was sent and that no event has settled yet.
package struct PendingCommand: Equatable, Sendable {
  package var command: RunCommand
  /// Numbers of the evaluations that waited or worked when the command was sent; a new one has another number.
  var activeEvals: Set<Int> = []

  /// What the run is about to do, for the header and the status line.
  func words(in view: RunView) -> String {
    switch command {
    case .pause: "pausing"
    case .resume: "resuming"
    case .advance: "stepping"
    case .switchGuidance(let name): name.map { "switching to \($0.uppercased())" } ?? "switching guidance"
    case .evaluate(let request): "starting \(view.evalName(request.kind))"
    case .cancelEval(let id): "cancelling eval \(id)"
    case .checkpoint: "writing a checkpoint"
    case .inspect, .attend, .scorePictures, .sampleSystem: "looking"
    case .showPreview(let index): "fetching picture \(index + 1)"
    case .change(let key, let value): "setting \(key) to \(value)"
    case .listRuns, .listRunsWithValues, .listAllRuns: "listing runs"
    case .listAblations: "listing ablations"
    case .compareRuns(let left, let right): "comparing \(left) and \(right)"
    case .editRun(let name, let edit): edit.words(name)
    case .stop(let checkpoint, _, _): checkpoint ? "writing a checkpoint and stopping" : "stopping"
    case .handOver: "handing the run over to a process without a terminal"
    }
  }

  /// Whether an event tells that the engine obeyed the command or can no longer obey it.
  func isSettled(by event: RunEvent) -> Bool {
    if case .finished = event { return true }
    switch (command, event) {
    case (.pause, .state(let change)): return change.state == .paused || change.state == .stopping
    case (.resume, .state(let change)): return change.state != .paused || change.cause != nil
    case (.advance, .state(let change)): return change.state == .paused
    case (.switchGuidance, .guidance), (.checkpoint, .checkpoint): return true
    case (.switchGuidance, .message(let message)), (.checkpoint, .message(let message)),
      (.evaluate, .message(let message)):
      return message.level == .error
    case (.evaluate(let request), .evalProgress(let progress)):
      return progress.kind == request.kind && !activeEvals.contains(progress.id)
    case (.evaluate(let request), .evalFailure(let failure)):
      return failure.kind == request.kind && !activeEvals.contains(failure.id)
    case (.evaluate(let request), .evalResult(let result)):
      return result.kind == request.kind && !activeEvals.contains(result.id)
    case (.cancelEval(let id), .evalFailure(let failure)): return failure.id == id
    case (.cancelEval(let id), .evalResult(let result)): return result.id == id
    case (.cancelEval, .message(let message)): return message.level == .error
    case (.showPreview(let index), .preview(let preview)): return preview.index == index
    case (.change(let key, _), .setting(let change)): return change.key == key
    case (.change, .message(let message)): return message.level != .info
    case (.showPreview, .message(let message)), (.handOver, .message(let message)): return message.level != .info
    default: return false
    }
  }
}
