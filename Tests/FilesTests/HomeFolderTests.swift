import Files
import Foundation
import Testing

@Suite struct HomeFolderTests {
  @Test func homeIsTheVariableElseTheUsers() throws {
    #expect(try expandingHome("~", environment: ["HOME": "/h"]) == "/h")
    #expect(try expandingHome("~/a b", environment: ["HOME": "/h"]) == "/h/a b")
    let own = String(cString: try #require(getpwuid(getuid())).pointee.pw_dir)
    #expect(try expandingHome("~/x", environment: [:]) == own + "/x")
    #expect(try expandingHome("~/x", environment: ["HOME": ""]) == own + "/x")
    let root = String(cString: try #require(getpwnam("root")).pointee.pw_dir)
    #expect(try expandingHome("~root/x", environment: ["HOME": "/h"]) == root + "/x")
  }

  @Test(arguments: ["a/~", "/~/b", "", "./~", "a~"]) func otherPathsStay(path: String) throws {
    #expect(try expandingHome(path, environment: ["HOME": "/h"]) == path)
  }

  @Test func aUserWhoIsNotKnownIsRefused() {
    let sentence =
      "~no-such-user/x cannot be found, since there is no user no-such-user, whose home ~no-such-user is; "
      + "a file of that name is written ./~no-such-user/x."
    #expect(throws: FileError(sentence)) { try expandingHome("~no-such-user/x") }
  }
}
