import Files
import Foundation
import Testing

/// What a file is replaced by, and what is not replaced.
@Suite final class FileWritingTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func path(_ name: String) -> String { folder + "/" + name }
  private func text(_ name: String) throws -> String {
    String(decoding: try readFile(BytePath(path(name))), as: UTF8.self)
  }
  private func kind(_ name: String) -> mode_t {
    var status = stat()
    return lstat(path(name), &status) == 0 ? status.st_mode & S_IFMT : 0
  }
  private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

  @Test func aFileIsReplacedInOneStrokeAndKeepsItsRights() throws {
    try writeFile(Data("old".utf8), to: path("a"))
    chmod(path("a"), 0o640)
    let writing = try FileWriting(to: path("a"), isDurable: true)
    try writing.write(Data("new".utf8))
    #expect(try text("a") == "old")
    try writing.commit()
    #expect(try text("a") == "new" && names == ["a"])
    var status = stat()
    #expect(stat(path("a"), &status) == 0 && status.st_mode & 0o777 == 0o640)
    let abandoned = try FileWriting(to: path("a"))
    try abandoned.write(Data("half".utf8))
    abandoned.abandon()
    #expect(try text("a") == "new" && names == ["a"])
  }

  @Test(arguments: ["real", "../\("X")/real", "deep/er"])
  func aLinkStaysOneAndItsEndIsWritten(end: String) throws {
    let end = end.replacingOccurrences(of: "X", with: (folder as NSString).lastPathComponent)
    try FileManager.default.createDirectory(atPath: path("deep"), withIntermediateDirectories: true)
    #expect(symlink(end, path("second")) == 0 && symlink("second", path("link")) == 0)
    try writeFile(Data("first".utf8), to: path("link"))
    try writeFile(Data("again".utf8), to: path("link"))
    #expect(kind("link") == S_IFLNK && kind("second") == S_IFLNK)
    #expect(try text(end.hasSuffix("real") ? "real" : "deep/er") == "again")
  }

  @Test func aPipeAndADeviceTakeWhatIsWritten() throws {
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    let reader = open(path("pipe"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try writeFile(Data("through".utf8), to: path("pipe"), isDurable: true)
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(reader, &bytes, bytes.count) == 7 && kind("pipe") == S_IFIFO)
    try writeFile(Data("x".utf8), to: "/dev/null", isDurable: true)
    #expect(throws: FileError(code: ENOSPC)) { try writeFile(Data("x".utf8), to: "/dev/full") }
    var status = stat()
    #expect(lstat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func aDescriptorIsWrittenFromWhereItStands() throws {
    let descriptor = open(path("out"), O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    #expect(writeAll("before ".utf8, to: descriptor) == nil)
    try writeFile(Data("after".utf8), to: "/dev/fd/\(descriptor)")
    #expect(try text("out") == "before after")
  }

  @Test func whatCannotBeWrittenSaysWhy() throws {
    #expect(throws: FileError(code: EISDIR)) { try writeFile(Data(), to: folder) }
    #expect(throws: FileError(code: ENOENT)) { try writeFile(Data(), to: path("no/where")) }
    #expect(symlink("b", path("a")) == 0 && symlink("a", path("b")) == 0)
    #expect(throws: FileError(code: ELOOP)) { try writeFile(Data(), to: path("a")) }
    let long = String(repeating: "n", count: 255)
    try writeFile(Data("x".utf8), to: path(long))
    #expect(try text(long) == "x")
  }

  @Test func namesAreBytes() throws {
    let name = BytePath(folder).appending([0x63, 0xE9, 0x2E, 0x70] as [UInt8])
    let descriptor = name.withCPath { open($0, O_WRONLY | O_CREAT, 0o600) }
    #expect(writeAll("here".utf8, to: descriptor) == nil)
    close(descriptor)
    #expect(try readFile(name) == Data("here".utf8))
    #expect(name.text == folder + "/c\\xE9.p" && !name.isText)
    #expect(BytePath("é€𝄞").text == "é€𝄞")
  }

  @Test(.timeLimit(.minutes(1))) func whatIsNoFileIsNotReadAndNotWaitedFor() throws {
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    #expect(throws: FileError.self) { try readFile(BytePath(path("pipe"))) }
    #expect(throws: FileError(code: EISDIR)) { try readFile(BytePath(folder)) }
    #expect(throws: FileError(code: ENOENT)) { try readFile(BytePath(path("none"))) }
    try writeFile(Data(), to: path("empty"))
    #expect(try readFile(BytePath(path("empty"))).isEmpty)
  }
}
