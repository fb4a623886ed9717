import Foundation
import Sessions
import Testing

@Suite struct LoadSessionTests {
  private let directory: TemporaryDirectory
  private let sessions: URL

  init() throws {
    directory = try TemporaryDirectory()
    sessions = directory.url.appendingPathComponent("sessions", isDirectory: true)
  }

  private func load(_ name: String, _ overrides: String...) throws -> Session {
    try loadSession(name, sessionsDirectory: sessions, overrides: overrides, workingDirectory: directory.url)
  }

  @Test func aBareNameIsAFileThenAPreset() throws {
    let preset = try load("demo")
    #expect(preset.source == "built-in preset demo" && preset.name == "demo")
    #expect(preset.directory.path == sessions.appendingPathComponent("demo").path)
    try directory.write("seed: 77\n", to: "sessions/demo.yaml")
    #expect(try load("demo").settings.seed == 77)
    #expect(try load("demo", "seed=78").settings.seed == 78)
  }

  @Test func aPathIsAFile() throws {
    try directory.write("seed: 5\n", to: "elsewhere/mine.yaml")
    let session = try load("elsewhere/mine.yaml")
    #expect(session.settings.seed == 5 && session.name == "mine")
    #expect(session.directory.path == sessions.path + "/mine")
    #expect(session.checkpointsURL.path == sessions.path + "/mine/checkpoints")
    let absolute = directory.url.appendingPathComponent("elsewhere/mine.yaml").path
    #expect(try load(absolute).settings.seed == 5)
  }

  @Test func aMissingSessionListsThoseThatExist() throws {
    try directory.write("seed: 5\n", to: "sessions/mine.yaml")
    let error = try #require(throws: SessionError.self) { try load("nothing") }
    #expect(
      error.description
        == "no session is called \"nothing\" in \(sessions.path) or among the presets; there are beit-b16-imagenet, beit-l16-imagenet, cae-b16-imagenet, "
        + "cae-l16-imagenet, demo, demo-beit, demo-cae, demo-dino, demo-mae, demo-maskfeat, demo-self, dino-b16-imagenet, finetune-demo, mae-b16-imagenet, mae-l16-imagenet, mine, mvp-b16-ade20k, mvp-b16-imagenet, mvp-b16-imagenet-finetune, mvp-l16-ade20k, mvp-l16-imagenet, "
        + "mvp-l16-imagenet-finetune, poster-mini, segment-demo.")
    let near = try #require(throws: SessionError.self) { try load("dmeo") }
    #expect(near.description.hasSuffix("did you mean demo?") && near.kind == .notFound)
    let path = try #require(throws: SessionError.self) { try load("x/y.yaml") }
    #expect(
      path.description.hasPrefix(
        "no session file at \(directory.url.path)/x/y.yaml; there are beit-b16-imagenet, beit-l16-imagenet,"))
    let folder = try #require(throws: SessionError.self) { try load("sessions/") }
    #expect(folder.kind == .unreadable)
  }

  @Test func sessionsAreListed() throws {
    try directory.write("about: of my own\n", to: "sessions/mine.yaml")
    try directory.write("seed: 1\n", to: "sessions/demo.yaml")
    try directory.write("{{{", to: "sessions/broken.yaml")
    let listings = listSessions(in: sessions)
    #expect(
      listings.map(\.name) == [
        "beit-b16-imagenet", "beit-l16-imagenet", "broken", "cae-b16-imagenet", "cae-l16-imagenet", "demo", "demo-beit",
        "demo-cae", "demo-dino", "demo-mae", "demo-maskfeat", "demo-self", "dino-b16-imagenet", "finetune-demo",
        "mae-b16-imagenet", "mae-l16-imagenet", "mine",
        "mvp-b16-ade20k",
        "mvp-b16-imagenet", "mvp-b16-imagenet-finetune",
        "mvp-l16-ade20k", "mvp-l16-imagenet", "mvp-l16-imagenet-finetune", "poster-mini",
        "segment-demo",
      ])
    #expect(listings.filter { !$0.isBuiltIn }.map(\.name) == ["broken", "demo", "mine"])
    #expect(listings.first { $0.name == "mine" }?.about == "of my own")
  }

  @Test func errorsNameTheFile() throws {
    try directory.write("student:\n  depth: x\n", to: "sessions/mine.yaml")
    let error = try #require(throws: SessionError.self) { try load("sessions/mine.yaml") }
    #expect(error.description == "sessions/mine.yaml:2: student.depth is x; it must be a whole number from 1 to 256.")
    #expect(error.line == 2)
    try FileManager.default.removeItem(at: sessions.appendingPathComponent("mine.yaml"))
    try Data([0x73, 0xFF, 0xFE]).write(to: sessions.appendingPathComponent("mine.yaml"))
    let bytes = try #require(throws: SessionError.self) { try load("sessions/mine.yaml") }
    #expect(bytes.description == "sessions/mine.yaml: is not UTF-8 text; save it as UTF-8.")
  }

  @Test func pathsAreTakenFromTheFileThenFromTheWorkingFolder() throws {
    try directory.write("data: {path: pictures}\n", to: "sessions/mine.yaml")
    try directory.write("", to: "pictures/a.txt")
    #expect(try load("mine").settings.data.path == directory.url.path + "/pictures")
    try directory.write("", to: "sessions/pictures/a.txt")
    #expect(try load("mine").settings.data.path == sessions.path + "/pictures")
    #expect(try load("mine", "data.path=pictures").settings.data.path == directory.url.path + "/pictures")
    let home =
      ProcessInfo.processInfo.environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
    #expect(try load("mine", "data.path=~/x").settings.data.path == home + "/x")
  }

  @Test func missingDataAndWeightsAreToldAtOnce() throws {
    try load("demo").checkInputs()
    let session = try load("mvp-b16-imagenet")
    let error = try #require(throws: SessionError.self) { try session.checkInputs() }
    #expect(error.kind == .missingInput && error.keyPath == "data.path")
    let text = error.description
    #expect(
      text.contains("the training pictures for data.path, looked for at \(directory.url.path)/data/imagenet/train and ")
    )
    #expect(text.contains("image-net.org"))
    #expect(text.contains("the weights of teacher clip for guidance.clip.weights"))
    #expect(text.contains("openai/clip-vit-base-patch16"))
    #expect(text.contains("timm/vit_base_patch16_224.dino"))
    #expect(text.contains("--set data.path=PATH --set guidance.clip.weights=PATH"))
    #expect(text.hasSuffix("."))
    for folder in ["imagenet/train", "imagenet/val", "clip-vit-base-patch16", "vit_base_patch16_224.dino"] {
      try directory.write("", to: "data/\(folder)/x")
    }
    try load("mvp-b16-imagenet").checkInputs()
  }
}
