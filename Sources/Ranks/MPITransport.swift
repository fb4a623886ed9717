import CMPI
import Foundation

/// Ranks that `mpirun` or a scheduler has started, by OpenMPI.
package final class MPITransport: RankTransport {
  package let rank: Int
  package let count: Int
  package let host: String

  /// Starts MPI in this process.
  ///
  /// - Throws: ``RankError`` where OpenMPI's library is not there, or does not start.
  package init() throws {
    try Self.open()
    let code = mvp_mpi_start()
    guard code == 0 else { throw RankError("MPI does not start: \(Self.reason(code)).") }
    rank = Int(mvp_mpi_rank())
    count = Int(mvp_mpi_count())
    host = Self.text { mvp_mpi_host($0, $1) }
  }

  /// The library's version in its own words.
  ///
  /// - Throws: ``RankError`` where it is not there.
  package static func version() throws -> String {
    try open()
    return String(cString: mvp_mpi_version())
  }

  private static func open() throws {
    var failed = false
    let reason = text { failed = mvp_mpi_open($0, $1) != 0 }
    guard failed else { return }
    throw RankError("OpenMPI cannot be used (\(reason)): install it (Debian: libopenmpi3, openmpi-bin).")
  }

  package func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) throws -> any RankTransfer {
    var code: Int32 = 0
    let request = mvp_mpi_send(bytes.baseAddress, bytes.count, Int32(rank), Int32(tag), &code)
    return try Transfer(request, code)
  }

  package func receive(
    into bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int
  ) throws -> any RankTransfer {
    var code: Int32 = 0
    let request = mvp_mpi_receive(bytes.baseAddress, bytes.count, Int32(rank), Int32(tag), &code)
    return try Transfer(request, code)
  }

  package func finish() { mvp_mpi_finish() }
  package func abort(status: Int32) { mvp_mpi_abort(status) }

  fileprivate static func reason(_ code: Int32) -> String { text { mvp_mpi_reason(code, $0, $1) } }

  private static func text(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    var bytes = [CChar](repeating: 0, count: 1024)
    bytes.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { fill(base, buffer.count) }
    }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private final class Transfer: RankTransfer {
    /// nil once it is done.
    private var request: UnsafeMutableRawPointer?

    init(_ request: UnsafeMutableRawPointer?, _ code: Int32) throws {
      guard let request else { throw RankError("a message between ranks failed: \(MPITransport.reason(code)).") }
      self.request = request
    }

    func isDone() throws -> Bool {
      guard request != nil else { return true }
      let state = mvp_mpi_test(&request)
      guard state >= 0 else { throw RankError("a message between ranks failed: \(MPITransport.reason(-state)).") }
      if state == 1 { request = nil }
      return state == 1
    }
  }
}
