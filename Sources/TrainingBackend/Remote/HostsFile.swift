import Files
import Foundation

/// The machines that a person trains on: `hosts` in `$XDG_CONFIG_HOME/mvp`, or else in `~/.config/mvp`, a line each.
///
///     gpu1                              any destination that ssh knows
///     big = user@big.example.org        the same under a name of one's own
///     lab = lab1 --program ~/bin/mvp --sessions /data/sessions
///     hpc = --via "srun --overlap --jobid 123"
///     old = node7 --via "ssh -J gate"   the destination follows the command
///
/// What follows a `#` is a comment. Words are quoted as in a shell.
package struct HostsFile: Equatable, Sendable {
  package struct Host: Equatable, Sendable {
    /// Stands before a colon in names of sessions: `gpu1:demo`.
    package var name: String
    package var far: FarEnd
  }

  package let path: String
  package let hosts: [Host]

  /// Bytes, and machines, at most.
  private static let limit = 65_536
  private static let most = 64

  /// No such file is one without machines.
  ///
  /// - Throws: ``BackendError`` where it cannot be read, or a line says nothing that is understood.
  package static func read(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> HostsFile {
    guard let path = path(environment) else { return none }
    guard FileManager.default.fileExists(atPath: path) else { return HostsFile(path: path, hosts: []) }
    do {
      let bytes = try RegularFile.read(path, limit: limit)
      return try HostsFile(String(decoding: bytes, as: UTF8.self), path: path)
    } catch let problem as RegularFile.Problem {
      throw BackendError("cannot read the machines in \(path): \(problem)")
    }
  }

  package static func path(_ environment: [String: String]) -> String? {
    let config =
      environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].map { $0 + "/.config" }
    return config.map { $0 + "/mvp/hosts" }
  }

  private init(path: String, hosts: [Host]) { (self.path, self.hosts) = (path, hosts) }

  /// No machines.
  package static let none = HostsFile(path: "", hosts: [])

  /// - Throws: ``BackendError`` that names the line.
  package init(_ text: String, path: String) throws {
    self.path = path
    var hosts: [Host] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      func problem(_ what: String) -> BackendError { BackendError("\(path), line \(number + 1): \(what)") }
      guard let words = Self.words(of: line.trimmingCharacters(in: .whitespaces)) else {
        throw problem("a quote is not closed.")
      }
      guard !words.isEmpty else { continue }
      let host: Host
      do { host = try Self.host(words) } catch let error as BackendError { throw problem(error.description) }
      guard !hosts.contains(where: { $0.name == host.name }) else {
        throw problem("\(host.name) is there already: give one of them another name, NAME = DESTINATION.")
      }
      hosts.append(host)
    }
    guard hosts.count <= Self.most else { throw BackendError("\(path) has more than \(Self.most) machines.") }
    self.hosts = hosts
  }

  private static func host(_ line: [String]) throws -> Host {
    guard line.first != "=" else { throw BackendError("there is no name before the =: write NAME = DESTINATION.") }
    var words = line[...]
    var name: String?
    if words.count > 1, words[words.startIndex + 1] == "=" {
      name = words.first
      words = words.dropFirst(2)
    }
    var destination: String?
    var options: [String: String] = [:]
    while let word = words.popFirst() {
      if ["--via", "--program", "--sessions"].contains(word) {
        guard let value = words.popFirst() else { throw BackendError("\(word) needs a value.") }
        options[word] = value
      } else if word.hasPrefix("-") {
        throw BackendError("\"\(word)\" is not known: give --via, --program or --sessions.")
      } else if destination == nil {
        destination = word
      } else {
        throw BackendError("\"\(word)\" stands behind the destination: write [NAME =] DESTINATION [--via COMMAND].")
      }
    }
    guard let title = name ?? destination else {
      throw BackendError("it names no machine: write NAME = --via COMMAND, or a destination of ssh.")
    }
    let isStrange = title.contains { $0 == ":" || $0 == "/" || $0.isWhitespace }
    guard !isStrange, !title.isEmpty, !title.hasPrefix("-") else {
      throw BackendError(
        "\"\(title)\" cannot be a name, as it has a colon, a slash or a blank: write NAME = DESTINATION.")
    }
    guard destination != nil || options["--via"] != nil else {
      throw BackendError("\(title) has no destination: write \(title) = DESTINATION, or --via COMMAND.")
    }
    var far = FarEnd(destination: destination)
    if let via = options["--via"] {
      far = FarEnd(via: destination.map { "\(via) \(shellWord($0))" } ?? via)
    }
    far.title = title
    far.program = options["--program"] ?? far.program
    far.sessions = options["--sessions"]
    return Host(name: title, far: far)
  }

  /// Words of a line, as a shell tells them apart, `=` being one; nil where a quote is not closed.
  private static func words(of line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character == "#", word == nil {
        break
      } else if character == "=", words.isEmpty || words.count == 1 && word == nil {
        if let word { words.append(word) }
        word = nil
        words.append("=")
      } else if character == " " || character == "\t" || character == "\r" {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
