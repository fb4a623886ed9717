import Files
import Foundation

/// A file that is written a piece at a time: whole at its end, or not there.
final class ExportFile {
  private let path: String
  private let writing: FileWriting
  private var waiting = Data()

  private static let pieceBytes = 1 << 20

  init(_ path: String) throws {
    self.path = path
    do { writing = try FileWriting(to: path) } catch { throw outputFailure(path, error) }
  }

  /// Adds what `add` puts to the end.
  func append(_ add: (inout Data) throws -> Void) throws {
    try add(&waiting)
    if waiting.count >= Self.pieceBytes { try flush() }
  }

  func append(_ text: String) throws { try append { $0.append(contentsOf: text.utf8) } }

  func commit() throws {
    try flush()
    do { try writing.commit() } catch { throw outputFailure(path, error) }
  }

  private func flush() throws {
    do { try writing.write(waiting) } catch { throw outputFailure(path, error) }
    waiting.removeAll(keepingCapacity: true)
  }
}

/// That a file which a person named cannot be written, and what to do.
func outputFailure(_ path: String, _ error: any Error) -> CommandFailure {
  if path == "/dev/fd/\(STDOUT_FILENO)" { return CommandFailure(message: standardOutputFault("\(error)")) }
  return CommandFailure(message: "\(path) cannot be written: \(error); name another --output.")
}
