import Testing
import TrainingBackend

@Suite struct FarEndTests {
  @Test(
    arguments: [
      ("gpu1:demo", "gpu1", "demo"), ("me@gpu1:", "me@gpu1", nil), ("[::1]:demo", "::1", "demo"),
      ("me@[fe80::1]:a/b.yaml", "me@fe80::1", "a/b.yaml"), ("host:a:b", "host", "a:b"),
    ] as [(String, String, String?)])
  func aHostAndASession(text: String, host: String, session: String?) throws {
    let found = try #require(FarEnd.parse(text))
    #expect(found.destination == host && found.session == session)
  }

  /// Nothing that ssh would take for an option, and no path.
  @Test(arguments: ["demo", "./a:b", "/tmp/a:b", ":demo", "-oProxyCommand=x:demo", "", "[::1]demo"])
  func whatIsNoHost(text: String) { #expect(FarEnd.parse(text) == nil) }

  @Test func wordsArriveAsTheyAre() {
    var far = FarEnd(destination: "gpu1")
    (far.session, far.run, far.sessions) = ("my demo", "it's", "/data/s $x")
    let command = far.command(asks: true, environment: [:])
    #expect(command.first == "ssh" && command.suffix(3).prefix(2) == ["--", "gpu1"])
    #expect(command.last == #"mvp relay 'my demo' 'it'\''s' --sessions '/data/s $x'"#)
    #expect(!command.contains("BatchMode=yes") && far.command(asks: false, environment: [:]).contains("BatchMode=yes"))
    far.program = "~/bin/m v"
    #expect(far.command(asks: true, environment: [:]).last?.hasPrefix("~/'bin/m v' relay") == true)
    let own = far.command(asks: true, environment: ["MVP_SSH_COMMAND": "ssh -F x"])
    #expect(own.prefix(4) == ["/bin/sh", "-c", "exec ssh -F x \"$@\"", "ssh"] && own.contains("gpu1"))
  }

  @Test func anotherCommandGoesThere() {
    var far = FarEnd(via: "srun --overlap --jobid 123")
    far.session = "demo"
    #expect(far.command(asks: true) == ["/bin/sh", "-c", "srun --overlap --jobid 123 mvp relay demo"])
    #expect(far.name == "srun --overlap --jobid 123")
  }
}
