import Files
import Foundation
import Testing

@Suite struct StandardOutputTests {
  @Test func aFullDiskIsKept() {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let output = StandardOutput(descriptor: descriptor)
    output.write("a line\n")
    #expect(output.fault == nil)
    output.flush()
    #expect(output.fault == FileError(code: ENOSPC) && output.isGone)
  }

  @Test func aReaderThatIsGoneIsNoFault() {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let output = StandardOutput(descriptor: ends[1])
    output.write("a line\n")
    output.flush()
    #expect(!output.isGone)
    close(ends[0])
    output.write("another\n")
    output.flush()
    #expect(output.fault == nil && output.isGone)
    close(ends[1])
  }
}
