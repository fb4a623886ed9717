import CNcurses
import Foundation

/// Starts this program again, with other arguments, as a process that needs no terminal and outlives this one's.
///
/// - Parameters:
///   - arguments: without the program's name.
///   - output: the file to whose end it writes what it prints.
/// - Returns: its number.
package func spawnWithoutTerminal(arguments: [String], output: URL) throws -> Int32 {
  var pointers = (CommandLine.arguments.prefix(1) + arguments).map { strdup($0) as UnsafeMutablePointer<CChar>? }
  pointers.append(nil)
  defer { pointers.forEach { free($0) } }
  let process = cn_spawn_without_terminal("/proc/self/exe", pointers, output.path)
  guard process > 0 else { throw POSIXError(POSIXErrorCode(rawValue: -process) ?? .EIO) }
  return process
}
