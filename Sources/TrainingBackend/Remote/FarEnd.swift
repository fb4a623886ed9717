import Foundation

/// A run on another machine, and how that machine is reached. Who may do what there is ssh's business, or that of
/// whatever is named instead: no port is opened, and no key is handled here.
package struct FarEnd: Equatable, Sendable {
  /// What ssh is told: a host, `user@host`, or a name of its configuration; nil: the command in ``via`` goes there by
  /// itself.
  package var destination: String?
  /// A command of the shell that runs what follows it there: `srun --overlap --jobid 123`.
  package var via: String?
  /// The program there.
  package var program = "mvp"
  /// Folder of sessions there.
  package var sessions: String?
  package var session: String?
  package var run: String?
  /// Whether no run is meant at first: runs are listed, and opened later.
  package var isDesk = false
  /// What people call it; nil: the destination, or the command.
  package var title: String?

  package init(destination: String? = nil, via: String? = nil) {
    self.destination = destination
    self.via = via
  }

  /// `host:demo`, `user@host:`, `[::1]:demo`; nil where that is a session or a path here: a colon after a slash, or
  /// none, or nothing before it.
  package static func parse(_ text: String) -> (destination: String, session: String?)? {
    var rest = text[...]
    var host = ""
    if let bracket = rest.firstIndex(of: "["), let end = rest.firstIndex(of: "]"), bracket < end,
      rest[..<bracket].isEmpty || rest[..<bracket].hasSuffix("@")
    {
      // ssh wants such an address without its brackets.
      host = String(rest[..<bracket] + rest[rest.index(after: bracket)..<end])
      rest = rest[rest.index(after: end)...]
      guard rest.first == ":" else { return nil }
    } else {
      guard let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") else { return nil }
      host = String(rest[..<colon])
      rest = rest[colon...]
    }
    guard !host.isEmpty, !host.hasPrefix("-") else { return nil }
    let session = String(rest.dropFirst())
    return (host, session.isEmpty ? nil : session)
  }

  /// For people: `host`, or the command that goes there.
  package var name: String { title ?? destination ?? via ?? "" }

  /// The words that start a relay there.
  ///
  /// - Parameter asks: whether ssh may ask a person for a password or whether to trust a host.
  package func command(asks: Bool, environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
    let relay = ([programWord, "relay"] + arguments.map(shellWord)).joined(separator: " ")
    guard let destination else { return ["/bin/sh", "-c", "\(via ?? "") \(relay)"] }
    var options = [
      "-T", "-o", "Compression=yes", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=6",
    ]
    if !asks { options += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"] }
    let words = options + ["--", destination, relay]
    if let own = environment["MVP_SSH_COMMAND"], !own.isEmpty {
      return ["/bin/sh", "-c", "exec \(own) \"$@\"", "ssh"] + words
    }
    return ["ssh"] + words
  }

  private var arguments: [String] {
    var words = session.map { [$0] } ?? []
    if session != nil, let run { words.append(run) }
    if isDesk { words.append("--desk") }
    if let sessions { words += ["--sessions", sessions] }
    return words
  }

  /// One word. A home folder's tilde stays one where a path begins with it.
  private var programWord: String {
    program.hasPrefix("~/") ? "~/" + shellWord(String(program.dropFirst(2))) : shellWord(program)
  }
}
