/// What carries bytes between the processes that train one run together.
///
/// Messages from one rank to another with one tag arrive in the order in which they were sent. Calls come from one
/// thread at a time.
package protocol RankTransport: AnyObject {
  /// 0..<count; rank 0 has the store, the front ends and the commands.
  var rank: Int { get }
  var count: Int { get }
  /// Name of this rank's host.
  var host: String { get }

  /// Begins to send bytes, whose memory stays as it is until the transfer is done.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) throws -> any RankTransfer
  /// Begins to receive as many bytes as are sent.
  func receive(into bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws -> any RankTransfer
  /// Waits for the other ranks, and ends.
  func finish()
  /// Ends all ranks at once.
  func abort(status: Int32)
}

/// Bytes on their way.
package protocol RankTransfer: AnyObject {
  /// Asks, and drives what is under way; true once they have arrived or may be overwritten.
  func isDone() throws -> Bool
}
