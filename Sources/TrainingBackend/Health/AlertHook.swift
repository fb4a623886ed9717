import Foundation
import RunEvents

/// The command that a session wants run when something is wrong, and at the end. It is started and not waited for.
struct AlertHook: Sendable {
  let command: String
  let session: String
  let run: String

  /// - Parameters:
  ///   - condition: `divergence`, `disk`, ..., or how the run ended.
  ///   - failed: called with a sentence where the command cannot be started or ends with another status than 0.
  func start(
    condition: String, step: Int, cause: String, advice: String, failed: @escaping @Sendable (String) -> Void
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    var environment = ProcessInfo.processInfo.environment
    environment["MVP_SESSION"] = session
    environment["MVP_RUN"] = run
    environment["MVP_STEP"] = "\(step)"
    environment["MVP_CONDITION"] = condition
    environment["MVP_CAUSE"] = cause
    environment["MVP_ADVICE"] = advice
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let command = command
    process.terminationHandler = { ended in
      guard ended.terminationStatus != 0 else { return }
      failed("health.command `\(command)` ended with status \(ended.terminationStatus); run it by hand to see why")
    }
    do {
      try process.run()
    } catch {
      failed("health.command `\(command)` cannot be started: \(error)")
    }
  }
}
