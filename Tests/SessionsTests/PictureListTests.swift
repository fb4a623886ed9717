import Foundation
import Sessions
import Testing

/// What of a folder's pictures is another one.
@Suite struct PictureListTests {
  private let directory: TemporaryDirectory
  private let names = ["a.png", "b.png", "c/d.png"]

  init() throws {
    directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      at: directory.url.appendingPathComponent("c"), withIntermediateDirectories: true)
    for name in names { try write(name, Data("picture \(name)".utf8)) }
  }

  private func write(_ name: String, _ data: Data) throws {
    try data.write(to: directory.url.appendingPathComponent(name))
  }

  private func list(_ names: [String]? = nil, known: PictureList? = nil) -> PictureList {
    PictureList(folder: directory.url, names: names ?? self.names, known: known)
  }

  @Test func aTouchIsNoChange() throws {
    let before = list()
    let path = directory.url.appendingPathComponent("b.png").path
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: path)
    let after = list(known: before)
    #expect(after.entries[1].changed != before.entries[1].changed)
    #expect(after.digest == before.digest && before.differences(to: after).isEmpty)
  }

  @Test func whatCameWentOrHoldsSomethingElseIsNamed() throws {
    let before = list()
    // Of the same size.
    try write("b.png", Data("picturE b.png".utf8))
    try write("e.png", Data("new".utf8))
    let after = list(["a.png", "b.png", "e.png"], known: before)
    let differences = before.differences(to: after)
    #expect(differences == PictureDifferences(added: ["e.png"], removed: ["c/d.png"], changed: ["b.png"]))
    #expect(differences.words == "1 picture added (e.png), 1 removed (c/d.png), 1 changed (b.png)")
    #expect(after.digest != before.digest && list(["b.png", "a.png", "e.png"]).digest != after.digest)
  }

  @Test(arguments: [1 << 20, (1 << 20) + 1, 3 << 20])
  func largeFilesAreToldApartByTheirParts(bytes: Int) throws {
    var data = Data(repeating: 7, count: bytes)
    try write("a.png", data)
    var digests: Set<String> = [list().digest]
    for place in [0, bytes / 2, bytes - 1] {
      data[place] = 8
      try write("a.png", data)
      digests.insert(list().digest)
    }
    #expect(digests.count == 4)
  }

  @Test func whatCannotBeReadIsNoPicture() throws {
    let list = list(["a.png", "gone.png", "c"])
    #expect(list.entries.map(\.bytes) == [15 - 2, -1, -1])
  }

  @Test func listsAreKeptByTheirDigest() throws {
    let lists = PictureLists(session: directory.url.appendingPathComponent("session"))
    let first = list()
    #expect(lists.list(first.digest) == nil && lists.newest() == nil)
    try lists.write(first)
    #expect(lists.list(first.digest) == first && lists.newest() == first)
    // Many of them within one tick of the clock of files.
    for round in 0..<60 {
      try write("a.png", Data("\(round)".utf8))
      try lists.write(list())
      #expect(lists.newest() == list())
    }
    #expect(lists.newest() == list() && lists.list(first.digest) == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: lists.directory.path).count == 4)
    // Damaged: not taken.
    let file = lists.directory.appendingPathComponent("\(list().digest).list")
    try Data(contentsOf: file).dropLast(3).write(to: file)
    #expect(lists.list(list().digest) == nil)
  }

  /// A list of an earlier version has its name, and another digest now: it is held against the pictures themselves.
  @Test func listOfAnEarlierVersionIsUnproven() throws {
    let lists = PictureLists(session: directory.url.appendingPathComponent("session"))
    let first = list()
    try lists.write(first)
    #expect(lists.unproven(first.digest) == nil)
    try FileManager.default.moveItem(
      at: lists.directory.appendingPathComponent("\(first.digest).list"),
      to: lists.directory.appendingPathComponent("0123456789abcdef.list"))
    let found = try #require(lists.unproven("0123456789abcdef"))
    #expect(lists.list("0123456789abcdef") == nil && found.holdsTheSame(as: list()))
    try write("b.png", Data("picturE b.png".utf8))
    #expect(!found.holdsTheSame(as: list()))
    #expect(lists.unproven("fedcba9876543210") == nil)
  }

  /// It depends on names, sizes and contents alone, whatever lay in the memory before.
  @Test func digestIsAFunctionOfThePictures() {
    // XXH64, seed 0, of "a.png" and the words 0, 13 and XXH64 of "picture a.png", by xxhash 3 for Python.
    #expect(list(["a.png"]).digest == "afcb343ca216f400")
  }

  @Test func fingerprintsSayWhatDiffers() {
    var before = RunFingerprints(
      teachers: ["clip": .init(weights: "1", facts: ["heads": "6"]), "gone": .init(weights: "2", facts: [:])],
      arithmetic: ["products": "native", "old": "x"])
    #expect(before.differences(to: before).isEmpty)
    let now = RunFingerprints(
      teachers: ["clip": .init(weights: "3", facts: ["heads": "12", "new": "y"])], arithmetic: ["products": "OpenBLAS"])
    #expect(
      before.differences(to: now) == [
        "teacher clip has other weights", "teacher clip is used otherwise: heads 6 -> 12",
        "products native -> OpenBLAS",
      ])
    before.teachers = [:]
    before.arithmetic = [:]
    #expect(before.differences(to: now).isEmpty)
  }
}
