import Foundation
import Terminal
import Testing

@Suite struct DirectColorEntryTests {
  /// What `tput`, which no one here wrote, makes of a capability under the entry.
  private func tput(_ type: String, _ entry: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/tput")
    process.arguments = arguments
    process.environment = ["TERM": type, "TERMINFO": entry]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  @Test(arguments: ["xterm-256color", "screen-256color", "tmux-256color", "linux"])
  func cursesReadsTheEntry(_ type: String) throws {
    let compiled = try #require(DirectColorEntry.compiled(type: type, environment: [:]))
    let entry = try #require(DirectColorEntry.terminfo(compiled: compiled))
    #expect(try tput(type, entry, ["colors"]) == "32768\n")
    // 31 of 31, 16 of 31 and 0.
    #expect(try tput(type, entry, ["setaf", "\(31 << 10 | 16 << 5)"]) == "\u{1B}[38;2;255;132;0m")
    #expect(try tput(type, entry, ["setab", "1"]) == "\u{1B}[48;2;0;0;8m")
    // The rest stays: where the cursor goes, how the screen is left.
    for capability in [["cup", "3", "4"], ["sgr0"], ["cnorm"], ["op"], ["kcuu1"]] {
      #expect(try tput(type, entry, capability) == tput(type, "", capability))
    }
  }

  @Test func whatCannotBeUsedIsLeftAlone() throws {
    #expect(DirectColorEntry.terminfo(compiled: []) == nil)
    #expect(DirectColorEntry.terminfo(compiled: Array(repeating: 7, count: 300)) == nil)
    let xterm = try #require(DirectColorEntry.compiled(type: "xterm-256color", environment: [:]))
    for count in stride(from: 0, to: xterm.count, by: 37) where count < 2000 {
      #expect(DirectColorEntry.terminfo(compiled: Array(xterm.prefix(count))) == nil)
    }
    let vt100 = try #require(DirectColorEntry.compiled(type: "vt100", environment: [:]))
    #expect(DirectColorEntry.terminfo(compiled: vt100) == nil)
    #expect(DirectColorEntry.compiled(type: "../x", environment: [:]) == nil)
    #expect(DirectColorEntry.compiled(type: "no-such-terminal", environment: [:]) == nil)
  }
}
