import Foundation
import Testing
import TrainingBackend

/// The file that names a person's machines.
@Suite struct HostsFileTests {
  private func hosts(_ text: String) throws -> [HostsFile.Host] { try HostsFile(text, path: "hosts").hosts }

  @Test func everyFormIsRead() throws {
    let found = try hosts(
      """
      # where runs are
      gpu1

      big = user@big.example.org   # the large one
      lab=lab1 --program "~/my bin/mvp" --sessions /data/sessions
      hpc = --via "srun --overlap --jobid 123"
      old = node7 --via 'ssh -J gate'
      six = ::1\r
      """)
    #expect(found.map(\.name) == ["gpu1", "big", "lab", "hpc", "old", "six"])
    #expect(found.map(\.far.destination) == ["gpu1", "user@big.example.org", "lab1", nil, nil, "::1"])
    #expect(found.map(\.far.via) == [nil, nil, nil, "srun --overlap --jobid 123", "ssh -J gate node7", nil])
    #expect(found[2].far.program == "~/my bin/mvp" && found[2].far.sessions == "/data/sessions")
    #expect(found.map(\.far.name) == found.map(\.name))
    var desk = found[3].far
    desk.isDesk = true
    #expect(desk.command(asks: false) == ["/bin/sh", "-c", "srun --overlap --jobid 123 mvp relay --desk"])
    #expect(try hosts("").isEmpty && hosts("\n#only\n").isEmpty)
    #expect(try hosts("one\r\n\r\ntwo\r\n").map(\.name) == ["one", "two"])
  }

  @Test(arguments: [
    ("a b", "stands behind the destination"), ("a = ", "a has no destination"),
    ("a = --sessions x", "has no destination"),
    ("= b", "no name before the ="), ("user@[::1]:2", "cannot be a name"), ("a/b", "cannot be a name"),
    ("a --port 3", "\"--port\" is not known"), ("a --via", "--via needs a value"), ("a = \"b", "a quote is not closed"),
    ("ok\nok", "ok is there already"), ("-oProxyCommand=x", "cannot be a name"),
  ]) func whatIsNotUnderstoodIsSaidWithItsLine(line: String, reason: String) {
    let error = #expect(throws: BackendError.self) { try hosts("first\n" + line) }
    let text = error?.description ?? ""
    #expect(text.contains(reason) && text.hasPrefix("hosts, line "), "\(text)")
  }

  @Test func theFileStandsWhereXDGSays() throws {
    #expect(HostsFile.path(["HOME": "/home/a"]) == "/home/a/.config/mvp/hosts")
    #expect(HostsFile.path(["HOME": "/home/a", "XDG_CONFIG_HOME": "/etc/a"]) == "/etc/a/mvp/hosts")
    #expect(HostsFile.path(["HOME": "/home/a", "XDG_CONFIG_HOME": "relative"]) == "/home/a/.config/mvp/hosts")
    #expect(try HostsFile.read(environment: ["HOME": "/nowhere"]).hosts.isEmpty)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-hosts-\(UUID().uuidString)/mvp")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    try "gpu1".write(to: folder.appendingPathComponent("hosts"), atomically: true, encoding: .utf8)
    let environment = ["XDG_CONFIG_HOME": folder.deletingLastPathComponent().path]
    #expect(try HostsFile.read(environment: environment).hosts.map(\.name) == ["gpu1"])
    try String(repeating: "#", count: 100_000)
      .write(to: folder.appendingPathComponent("hosts"), atomically: true, encoding: .utf8)
    #expect(throws: BackendError.self) { try HostsFile.read(environment: environment) }
  }
}
