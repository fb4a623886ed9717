import Dispatch
import Foundation
import RunEvents
import Synchronization

/// Knows what the machine's GPUs do, without ever waiting for a driver: they are asked on a queue of their own, and
/// what is told is their last answer. One that does not come is said, and shown as unknown.
package final class GPUWatch: Sendable {
  /// What is known.
  package struct Answer: Equatable, Sendable {
    /// nil where there is nothing to ask.
    package var gpus: [GPUSample]?
    package var problem: String?
  }

  fileprivate struct State {
    var answer = Answer()
    var answeredAt: ContinuousClock.Instant?
    /// Since when an answer is awaited.
    var askedAt: ContinuousClock.Instant?
    /// Nothing further is asked: there is no library.
    var isOver = false
  }

  /// Belongs to the queue.
  private final class Desk: @unchecked Sendable {
    var library: NVIDIALibrary?
  }

  private let queue = DispatchQueue(label: "mvp.gpus", qos: .utility)
  private let desk = Desk()
  private let environment: [String: String]
  private let state = Mutex(State())
  private let answered = DispatchSemaphore(value: 0)

  /// Seconds after which an answer that has not come is missed.
  static let patience = 5.0

  /// Asks for the first time.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
    ask()
  }

  /// What is known now, and asks anew. Returns at once, or after so many seconds where the first answer is still to
  /// come.
  package func latest(waiting seconds: Double = 0) -> Answer {
    if seconds > 0, state.withLock({ $0.answeredAt == nil }) { _ = answered.wait(timeout: .now() + seconds) }
    let answer = state.withLock { $0.told(at: .now) }
    ask()
    return answer
  }

  private func ask() {
    let isDue = state.withLock { state in
      guard state.askedAt == nil, !state.isOver else { return false }
      state.askedAt = .now
      return true
    }
    guard isDue else { return }
    queue.async { [self] in
      let (answer, isOver) = look()
      let isFirst = state.withLock { state in
        defer { state.answeredAt = .now }
        (state.answer, state.isOver, state.askedAt) = (answer, isOver, nil)
        return state.answeredAt == nil
      }
      if isFirst { answered.signal() }
    }
  }

  private func look() -> (Answer, isOver: Bool) {
    do {
      let library = try desk.library ?? NVIDIALibrary(environment: environment)
      desk.library = library
      return (Answer(gpus: try library.sample(), problem: nil), false)
    } catch NVIDIALibrary.Unusable.failed(let reason) {
      return (Answer(gpus: nil, problem: reason), desk.library == nil)
    } catch {
      return (Answer(), true)
    }
  }
}

extension GPUWatch.State {
  /// Numbers of a driver that hangs are old: only which devices there are is told then.
  fileprivate func told(at now: ContinuousClock.Instant) -> GPUWatch.Answer {
    guard let askedAt else { return answer }
    let seconds = askedAt.duration(to: now) / .seconds(1)
    guard seconds > GPUWatch.patience else { return answer }
    let gpus = answer.gpus?.map { GPUSample(index: $0.index, name: $0.name) }
    return GPUWatch.Answer(gpus: gpus, problem: "the GPUs' driver has not answered for \(Int(seconds)) s")
  }
}
