import Foundation
import GRDB

/// What a person gets to read when runs cannot be stored or read: one sentence.
package struct RunStoreError: Error, CustomStringConvertible, Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable {
    /// The store cannot be opened: damaged, or not writable.
    case unusable
    /// A later version of the program wrote it.
    case later
    /// Another process trains the run.
    case busy
    /// No run of that name.
    case notFound
    /// Writing or reading failed: a full disk, for example.
    case failed
  }

  package let kind: Kind
  package let description: String
  /// Whether it lies outside the program and may pass by itself.
  let mayPass: Bool

  package init(_ kind: Kind, _ description: String) { self.init(kind, description, mayPass: false) }

  private init(_ kind: Kind, _ description: String, mayPass: Bool) {
    self.kind = kind
    self.description = description
    self.mayPass = mayPass
  }

  /// What is wrong, without what to do.
  package var cause: String {
    let first = description.prefix { $0 != ";" }
    return String(first.hasSuffix(".") ? first.dropLast() : first)
  }

  static func damaged(_ store: URL) -> String {
    "the run store \(store.path) is damaged; move it aside and rebuild it from the checkpoints with `mvp runs recover "
      + "\(store.deletingLastPathComponent().lastPathComponent)`, which overwrites nothing."
  }

  static func later(_ store: URL) -> RunStoreError {
    RunStoreError(
      .later,
      "the run store \(store.path) was written by a later version of mvp; update mvp, or choose another folder with --sessions DIR."
    )
  }

  static func badName(_ name: String) -> RunStoreError {
    RunStoreError(
      .failed,
      "\"\(name)\" cannot be the name of a run: use up to 64 letters, digits, - and _, beginning with a letter or digit."
    )
  }

  /// An action: to open a store that may only be read.
  static let openForReading = "open for reading"

  /// The sentence for whatever SQLite or the system threw while `action` (`open`, `write to`, `read`) was done to the
  /// store.
  init(_ error: any Error, action: String, store: URL) {
    if let error = error as? RunStoreError {
      self = error
      return
    }
    if error is RowDecodingError {
      self.init(.unusable, RunStoreError.damaged(store))
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(
        .failed, "cannot \(action) the run store \(store.path): \(systemReason(error)).",
        mayPass: EnvironmentFault(error) != nil)
      return
    }
    let path = store.path
    let mayPass = EnvironmentFault(error) != nil
    let isForReading = action == RunStoreError.openForReading
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(
        .unusable,
        RunStoreError.damaged(store))
    case .SQLITE_CANTOPEN where isForReading, .SQLITE_PERM where isForReading, .SQLITE_AUTH where isForReading:
      self.init(
        .unusable, "the run store \(path) cannot be read; make it readable, or choose another with --sessions DIR.",
        mayPass: mayPass)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .unusable,
        "the run store \(path) cannot be opened for writing; make its folder writable or choose another with --sessions DIR.",
        mayPass: mayPass)
    case .SQLITE_FULL:
      self.init(
        .failed, "cannot \(action) the run store \(path): no space left on device; free some and go on.",
        mayPass: mayPass)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .failed, "cannot \(action) the run store \(path): another process holds it; try again when that one is done.",
        mayPass: mayPass)
    default:
      self.init(
        .failed,
        "cannot \(action) the run store \(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)").",
        mayPass: mayPass)
    }
  }
}
