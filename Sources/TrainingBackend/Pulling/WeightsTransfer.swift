import Foundation

/// Bytes of an address, as they come.
protocol WeightsTransfer: AnyObject {
  var head: ResponseHead { get }
  /// The next bytes; nil at the end.
  /// - Throws: ``BackendError``, a reason.
  func next() throws -> Data?
  /// Ends it before its end.
  func cancel()
}

/// Fetches by the program curl, which knows proxies, certificates and redirections as the machine has them set up.
///
/// A library for that would be loaded at every start of this program, with some thirty others behind it.
final class CurlTransfer: WeightsTransfer {
  let head: ResponseHead

  private let process: PipedProcess
  private var waiting: Data

  private static let pieceBytes = 1 << 16
  /// Seconds until a connection must stand, and that a standing one may be silent.
  private static let (patience, silence) = (30, 60)

  /// - Parameters:
  ///   - offset: the first byte that is wanted.
  ///   - validator: what the bytes before it came with; the whole file comes where that holds no more.
  init(_ address: String, from offset: Int, validator: String?) throws {
    let protocols = address.lowercased().hasPrefix("https:") ? "=https" : "=http,https"
    var command = [
      "curl", "--disable", "--silent", "--show-error", "--include", "--suppress-connect-headers", "--location",
      "--max-redirs", "10", "--proto", protocols, "--proto-redir", protocols, "--globoff", "--no-buffer",
      "--connect-timeout", "\(Self.patience)", "--speed-limit", "1", "--speed-time", "\(Self.silence)",
      "--header", "Accept-Encoding: identity", "--user-agent", "mvp-workbench",
    ]
    if offset > 0 {
      command += ["--header", "Range: bytes=\(offset)-"]
      if let validator { command += ["--header", "If-Range: \(validator)"] }
    }
    do { process = try PipedProcess(command + ["--", address], hasTerminal: true) } catch {
      throw BackendError("the program curl cannot be started (\(error.localizedDescription)): install it")
    }
    var bytes = Data()
    var found: ResponseHead?
    while found == nil {
      if let head = try ResponseHead.take(from: &bytes) {
        if !head.isPassing { found = head }
      } else {
        let piece = Self.read(process.output)
        guard !piece.isEmpty else { throw BackendError(Self.end(process).reason) }
        bytes += piece
      }
    }
    head = found ?? ResponseHead(status: 0, reason: "")
    waiting = bytes
  }

  func next() throws -> Data? {
    if !waiting.isEmpty {
      defer { waiting = Data() }
      return waiting
    }
    let piece = Self.read(process.output)
    if !piece.isEmpty { return piece }
    let end = Self.end(process)
    guard end.status == 0 else { throw BackendError(end.reason) }
    return nil
  }

  func cancel() { process.end() }

  private static func read(_ descriptor: Int32) -> Data {
    var bytes = Data(count: pieceBytes)
    var count = 0
    repeat {
      count = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    return bytes.prefix(max(0, count))
  }

  /// Waits for the end of a process that has closed its output, and what it said of it: `curl: (7) Failed to ...`.
  private static func end(_ process: PipedProcess) -> (status: Int32, reason: String) {
    let said = String(decoding: read(process.errors), as: UTF8.self)
    let status = process.wait()
    let line = said.split(separator: "\n").first.map(String.init) ?? ""
    let words = line.hasPrefix("curl: (") ? String(line.drop { $0 != ")" }.dropFirst(2)) : line
    return (status, words.isEmpty ? "curl ended with status \(status)" : words)
  }
}

/// Reads a file of this machine, `file:///PATH`.
final class FileTransfer: WeightsTransfer {
  let head: ResponseHead

  private let descriptor: Int32

  /// - Parameter validator: what the bytes before the offset came with; the whole file comes where that holds no more.
  init(_ path: String, from offset: Int, validator: String?) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw BackendError(String(cString: strerror(errno)))
    }
    let size = Int(status.st_size)
    let changed = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    let start = offset <= size && validator == changed ? offset : 0
    lseek(descriptor, off_t(start), SEEK_SET)
    head = ResponseHead(
      status: 206, reason: "",
      fields: ["content-range": "bytes \(start)-\(size - 1)/\(size)", "last-modified": changed])
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func next() throws -> Data? {
    var bytes = Data(count: 1 << 20)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw BackendError(String(cString: strerror(errno))) }
    return count > 0 ? bytes.prefix(count) : nil
  }

  func cancel() {}
}
