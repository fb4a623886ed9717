import Files
import Foundation
import Histories

/// Fetches published weights, or any file by its address, whole or in parts: `mvp weights pull`.
///
/// Bytes go into `NAME.part`, which another pull of the same address goes on with; the file gets its name when it is
/// whole and its digest is right.
package struct WeightsPull {
  package struct Progress {
    package var done: Int
    /// nil where the server does not say.
    package var whole: Int?
    /// Of what came in this pull.
    package var bytesPerSecond: Double
    package var secondsLeft: Double? {
      guard let whole, bytesPerSecond > 0 else { return nil }
      return Double(whole - done) / bytesPerSecond
    }
  }

  package struct Result: Codable, Equatable, Sendable {
    package var path: String
    package var address: String
    package var bytes: Int
    /// Bytes that an earlier pull had fetched.
    package var resumed: Int
    package var sha256: String
    /// Whether the digest is the one that was published or asked for.
    package var isChecked: Bool
    package var licence: String?

    enum CodingKeys: String, CodingKey {
      case path, address, bytes, resumed, sha256, licence
      case isChecked = "checked"
    }
  }

  let address: String
  private let published: PublishedWeights?
  private let output: String?
  /// SHA-256, or its first digits, in small letters.
  private let expected: String?
  private let replaces: Bool

  /// - Parameters:
  ///   - source: a name of ``PublishedWeights``, or an address of https, http or file.
  ///   - output: a file or a folder that is there; nil: the address's last name in the working folder.
  ///   - sha256: what the digest must be; nil: what the publisher says.
  ///   - replaces: whether a file that is there may be written over.
  /// - Throws: ``BackendError`` where it is neither.
  package init(_ source: String, output: String?, sha256: String?, replaces: Bool) throws {
    published = PublishedWeights.named(source)
    let scheme = source.range(of: "://").map { source[..<$0.lowerBound].lowercased() }
    guard published != nil || scheme.map({ ["https", "http", "file"].contains($0) }) == true else {
      let names = PublishedWeights.all.map(\.name)
      throw BackendError(
        scheme.map { "\(source) begins with \($0)://: addresses of https, http and file are fetched." }
          ?? "\(source) is none of the published weights, which `mvp weights pull --list` lists, and no address"
          + meaning(of: source, among: names))
    }
    address = published?.address ?? source
    if let sha256, sha256.isEmpty || sha256.count > 64 || !sha256.allSatisfy(\.isHexDigit) {
      throw BackendError("--sha256 is \(sha256): give the 64 hexadecimal digits of the file, or their first ones.")
    }
    expected = (sha256 ?? published?.sha256)?.lowercased()
    self.output = output
    self.replaces = replaces
  }

  /// - Throws: ``BackendError``, one sentence: what is in the way, and what to do.
  package func run(progress: (Progress) -> Void = { _ in }) throws -> Result {
    let target = try target()
    guard let end = try file(at: target) else { return try straight(into: target, progress) }
    if !replaces, let bytes = size(of: end) {
      if let expected, let found = try digest(of: end, upTo: bytes)?.digest(), found.hasPrefix(expected) {
        return result(target, bytes: bytes, resumed: bytes, digest: found)
      }
      throw BackendError("\(target) is there already: name another --output, or write over it with --force.")
    }
    let part = try PartFile(for: end, address: address)
    var kept = part.kept
    for _ in 0..<2 {
      let transfer = try begin(from: kept, validator: part.validator)
      if try check(transfer.head, kept: kept) == .beginAnew {
        transfer.cancel()
        kept = 0
        continue
      }
      // The file changed, or the server knows no parts.
      if transfer.head.status == 200 { kept = 0 }
      let found = try fetch(transfer, into: part, from: kept, progress)
      try verify(found.digest, of: part.path) { part.remove() }
      do { try part.take(as: end) } catch {
        throw BackendError("\(target) cannot be written (\(error)); what was fetched is \(part.path).")
      }
      return result(target, bytes: found.bytes, resumed: kept, digest: found.digest)
    }
    throw BackendError("\(address) does not give the rest of a file: remove \(part.path), and fetch it anew.")
  }

  // MARK: where to

  private func target() throws -> String {
    let bare = address.prefix { $0 != "?" && $0 != "#" }
    let last = bare.split(separator: "/").last.map(String.init) ?? ""
    let name = last.removingPercentEncoding ?? last
    let isName = !name.isEmpty && ![".", ".."].contains(name) && !name.contains { $0 == "/" || $0 == "\0" }
    let hasPath = bare.split(separator: "/").count > 2 || address.hasPrefix("file:")
    var status = stat()
    let folder =
      output.map { $0.hasSuffix("/") || stat($0, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR } ?? true
    if let output, !folder { return output }
    guard isName, hasPath else {
      throw BackendError("\(address) ends with no name of a file: name one with --output.")
    }
    guard let output else { return name }
    return output.hasSuffix("/") ? output + name : "\(output)/\(name)"
  }

  private func file(at target: String) throws -> String? {
    do { return try FileWriting.file(at: target) } catch { throw unwritten(target, error) }
  }

  private func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private func unwritten(_ path: String, _ error: any Error) -> BackendError {
    BackendError("\(path) cannot be written (\(error)): check that its folder is there, writable, and has room.")
  }

  // MARK: from where

  private func begin(from offset: Int, validator: String?) throws -> any WeightsTransfer {
    do {
      guard address.lowercased().hasPrefix("file:") else {
        return try CurlTransfer(address, from: offset, validator: validator)
      }
      let path = URL(string: address)?.path ?? String(address.dropFirst("file://".count))
      if let problem = RegularFile.problem(path) { throw BackendError("\(path) \(problem)") }
      return try FileTransfer(path, from: offset, validator: validator)
    } catch let reason as BackendError {
      throw broken(reason, kept: offset)
    }
  }

  private func broken(_ reason: BackendError, kept: Int) -> BackendError {
    let rest = kept > 0 ? "; \(bytesText(kept)) of it are kept, and the same command goes on from there" : ""
    return BackendError("\(address) cannot be fetched (\(reason.description))\(rest).")
  }

  private enum Fault { case none, beginAnew }

  /// Whether what comes is what was asked for.
  private func check(_ head: ResponseHead, kept: Int) throws -> Fault {
    switch head.status {
    case 200: break
    case 206:
      if kept > 0 || head.range.start != nil, head.range.start != kept { return .beginAnew }
    // All of it was there.
    case 416 where kept > 0 && head.range.whole == kept: return .none
    case 416: return .beginAnew
    case 401, 403:
      throw BackendError(
        "\(address) answers \(head.status)\(words(head)): it wants a login or a licence to be accepted; fetch it by a "
          + "browser, and give the file.")
    case 404, 410:
      throw BackendError("\(address) answers \(head.status)\(words(head)): nothing is there; look the address up.")
    default:
      throw BackendError("\(address) answers \(head.status)\(words(head)) in place of a file: try again later.")
    }
    if head.isPage {
      throw BackendError(
        "\(address) is a web page, not weights: open it in a browser, and take the address of the file itself.")
    }
    return .none
  }

  private func words(_ head: ResponseHead) -> String { head.reason.isEmpty ? "" : " (\(head.reason))" }

  // MARK: bytes

  private func fetch(
    _ transfer: any WeightsTransfer, into part: PartFile, from kept: Int, _ progress: (Progress) -> Void
  ) throws -> (bytes: Int, digest: String) {
    let whole = transfer.head.range.whole ?? transfer.head.length.map { $0 + kept }
    if let whole, let room = part.room, whole - kept > room {
      transfer.cancel()
      throw BackendError(
        "\(part.path) needs \(bytesText(whole - kept)), and its disk has \(bytesText(room)): make room, or name another "
          + "--output.")
    }
    var digest: SHA256
    do {
      digest = try self.digest(of: part.path, upTo: kept) ?? SHA256()
      try part.begin(at: kept, validator: transfer.head.validator)
    } catch {
      transfer.cancel()
      throw unwritten(part.path, error)
    }
    var done = kept
    let clock = ContinuousClock.now
    do {
      while transfer.head.status != 416, let bytes = try transfer.next() {
        if done == 0, let problem = Self.stranger(bytes) {
          transfer.cancel()
          part.remove()
          throw BackendError("\(address) \(problem).")
        }
        do { try part.append(bytes) } catch {
          transfer.cancel()
          throw BackendError(
            "\(part.path) cannot be written (\(error)) after \(bytesText(done)): make room, and the same command goes on."
          )
        }
        digest.add(bytes)
        done += bytes.count
        let seconds = clock.duration(to: .now) / .seconds(1)
        progress(Progress(done: done, whole: whole, bytesPerSecond: Double(done - kept) / max(seconds, 1e-3)))
      }
    } catch let reason as BackendError where !reason.description.hasSuffix(".") {
      throw broken(reason, kept: done)
    }
    if let whole, done != whole {
      throw broken(BackendError("it ended after \(bytesText(done)) of \(bytesText(whole))"), kept: done)
    }
    return (done, digest.digest())
  }

  /// Into a device or a pipe, which nothing can be taken back from.
  private func straight(into target: String, _ progress: (Progress) -> Void) throws -> Result {
    let transfer = try begin(from: 0, validator: nil)
    _ = try check(transfer.head, kept: 0)
    let whole = transfer.head.range.whole ?? transfer.head.length
    var digest = SHA256()
    var done = 0
    let clock = ContinuousClock.now
    do {
      let writing = try FileWriting(to: target)
      while let bytes = try transfer.next() {
        try writing.write(bytes)
        digest.add(bytes)
        done += bytes.count
        let seconds = clock.duration(to: .now) / .seconds(1)
        progress(Progress(done: done, whole: whole, bytesPerSecond: Double(done) / max(seconds, 1e-3)))
      }
      try writing.commit()
    } catch {
      transfer.cancel()
      throw error is FileError ? unwritten(target, error) : broken(BackendError("\(error)"), kept: 0)
    }
    try verify(digest.digest(), of: target) {}
    return result(target, bytes: done, resumed: 0, digest: digest.digest())
  }

  /// What a server sends in place of weights, whatever it calls it; a clause.
  private static func stranger(_ bytes: Data) -> String? {
    let start = String(decoding: bytes.prefix(256), as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    let lower = start.lowercased()
    if lower.hasPrefix("<!doctype") || lower.hasPrefix("<html") {
      return "is a web page, not weights: open it in a browser, and take the address of the file itself"
    }
    if start.hasPrefix("version https://git-lfs.github.com/spec") {
      return "is git-lfs's pointer to a file, not the file: take the address that a browser downloads from"
    }
    return nil
  }

  // MARK: digests

  private func digest(of path: String, upTo count: Int) throws -> SHA256? {
    var digest = SHA256()
    guard count > 0 else { return digest }
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    var left = count
    while left > 0, let bytes = try file.read(upToCount: min(left, 1 << 20)), !bytes.isEmpty {
      digest.add(bytes)
      left -= bytes.count
    }
    return digest
  }

  private func verify(_ found: String, of path: String, otherwise remove: () -> Void) throws {
    guard let expected, !found.hasPrefix(expected) else { return }
    remove()
    throw BackendError(
      "\(address) gave a file whose SHA-256 is \(found.prefix(12))..., not \(expected.prefix(12))... as it should be: it was "
        + "changed on its way or at its place, and is not kept; fetch it again.")
  }

  private func result(_ target: String, bytes: Int, resumed: Int, digest: String) -> Result {
    Result(
      path: target, address: address, bytes: bytes, resumed: resumed, sha256: digest, isChecked: expected != nil,
      licence: published?.licence)
  }
}
