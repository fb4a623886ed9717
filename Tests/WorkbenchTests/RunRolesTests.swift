import Canvas
import Testing
import Workbench

/// A run keeps its colour.
@Suite struct RunRolesTests {
  @Test func aRunHasItsColourWhoeverElseIsThere() {
    let names = (0..<40).map { "run-\($0)" }
    for name in names { #expect(RunRoles.roles(of: [name]) == RunRoles.roles(of: [name])) }
    // Who was there first is not changed by who comes.
    #expect(Array(RunRoles.roles(of: names).prefix(3)) == RunRoles.roles(of: Array(names.prefix(3))))
    #expect(Set(names.map { RunRoles.roles(of: [$0])[0] }).count == 4, "all are used")
    // Known values: the same from one release to the next.
    #expect(RunRoles.roles(of: ["brisk-otter"]) == RunRoles.roles(of: ["brisk-otter", "calm-fox"]).dropLast())
  }

  @Test func noTwoShareOneWhileThereAreEnough() {
    for start in 0..<30 {
      let names = (0..<8).map { "a\(start)-\($0 * 7)" }
      let roles = RunRoles.roles(of: names)
      #expect(Set(roles.prefix(4)).count == 4 && Set(roles.suffix(4)).count == 4)
    }
    #expect(RunRoles.roles(of: []).isEmpty)
  }
}
