import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// Attaching to a run of this process as if it were another's: the sockets are the same.
@Suite struct AttachTests {
  private func socket(_ run: String, _ live: LiveRun) -> String {
    live.small.folder.appendingPathComponent("small/locks/\(run).sock").path
  }

  @Test func aViewerSeesAndSteersTheRun() throws {
    let live = try LiveRun()
    let run = try #require(live.begun())
    let seen = EventLog()
    let viewer = try AttachedRun(run, in: try live.small.store, emit: seen.take)
    viewer.start()
    #expect(viewer.process == Int(getpid()))
    // What a newcomer has to know comes first, then everything.
    #expect(seen.waitForStep(1))
    guard case .started(let description)? = seen.all.first else { return #expect(Bool(false), "no header came first") }
    #expect(description.run == run)
    // Nobody looked at pictures before.
    #expect(seen.wait { if case .preview = $0 { true } else { false } })
    viewer.send(.pause)
    #expect(seen.waitForState(.paused) && live.log.waitForState(.paused))
    viewer.send(.change(key: "mask.masked", value: "0.25"))
    #expect(live.log.wait { if case .setting(let change) = $0 { change.to == "0.25" } else { false } })
    viewer.send(.checkpoint)
    #expect(seen.wait { if case .checkpoint = $0 { true } else { false } })
    viewer.send(.evaluate(EvalRequest(kind: "knn")))
    #expect(seen.wait { if case .evalResult = $0 { true } else { false } })
    viewer.send(.switchGuidance(name: "dino"))
    #expect(seen.wait { if case .guidance(let change) = $0 { change.to == "dino" } else { false } })
    // The session's store is read here.
    viewer.send(.listRuns)
    #expect(seen.wait { if case .runs(let catalog) = $0 { catalog.runs.map(\.name) == [run] } else { false } })
    #expect(!live.log.all.contains { if case .runs = $0 { true } else { false } })
    viewer.send(.stop(checkpoint: false))
    let summary = viewer.waitUntilFinished()
    #expect(summary.outcome == .stopped && summary == live.backend.waitUntilFinished())
    #expect(seen.all.summary == summary)
    #expect(!FileManager.default.fileExists(atPath: socket(run, live)))
  }

  /// A viewer that turns to another run hears no more, and the run goes on.
  @Test func aViewerThatLeavesHearsNoMore() throws {
    let live = try LiveRun()
    defer { live.end() }
    let run = try #require(live.begun())
    let seen = EventLog()
    let viewer = try AttachedRun(run, in: try live.small.store, emit: seen.take)
    viewer.start()
    #expect(seen.waitForStep(1))
    viewer.send(.pause)
    viewer.leave()
    _ = viewer.waitUntilFinished()
    #expect(live.log.waitForState(.paused), "what was sent before goes out")
    let heard = seen.all.count
    live.backend.send(.resume)
    #expect(live.log.waitForStep(20))
    #expect(seen.all.count == heard && seen.all.summary == nil)
  }

  /// Earlier steps from the store and later ones from the socket: none is missing between them.
  @Test func aLatecomerMissesNoStep() throws {
    let live = try LiveRun()
    defer { live.end() }
    let run = try #require(live.begun())
    #expect(live.log.waitForStep(30))
    let seen = EventLog()
    let store = try live.small.store
    let viewer = try AttachedRun(run, in: store, emit: seen.take)
    viewer.start()
    #expect(seen.waitForStep(40))
    let first = seen.all.compactMap { if case .step(let metrics) = $0 { metrics.step } else { nil } }[1]
    let stored = try store.metrics(of: run).map(\.step)
    let steps = seen.all.compactMap { if case .step(let metrics) = $0 { metrics.step } else { nil } }
    #expect(Array(steps.dropFirst()) == Array(first..<(first + steps.count - 1)))
    #expect(stored == Array(1...(stored.last ?? 0)) && stored.last ?? 0 >= first - 1)
  }

  @Test func viewersComeAndGoAndTheRunGoesOn() throws {
    let live = try LiveRun()
    defer { live.end() }
    let run = try #require(live.begun())
    let path = socket(run, live)
    let logs = [EventLog(), EventLog(), EventLog()]
    let viewers = try logs.map { try AttachedRun(run, in: try live.small.store, emit: $0.take) }
    viewers.forEach { $0.start() }
    for log in logs { #expect(log.waitForStep(1)) }
    // One that says nothing sensible, is answered, and goes without a word.
    let rude = try RawViewer(path)
    rude.write("nonsense\n{\"command\":\"explode\",\"version\":1}\n")
    #expect(rude.reads("\\\"nonsense\\\" is no command"))
    rude.close()
    #expect(live.log.wait { if case .message(let message) = $0 { message.text.contains("left") } else { false } })
    viewers[0].send(.pause)
    for log in logs { #expect(log.waitForState(.paused)) }
  }

  /// A viewer that was stopped reads nothing: the run goes on as fast, and the others see it.
  @Test func oneThatReadsNothingHoldsNobodyUp() throws {
    let live = try LiveRun()
    defer { live.end() }
    let run = try #require(live.begun())
    let stopped = try RawViewer(socket(run, live))
    defer { stopped.close() }
    let seen = EventLog()
    let viewer = try AttachedRun(run, in: try live.small.store, emit: seen.take)
    viewer.start()
    #expect(seen.waitForStep(1))
    let last = live.log.all.losses.count
    #expect(live.log.waitForStep(last + 200))
    #expect(seen.waitForStep(last + 200))
  }

  /// What gathers for it is bounded: at some point it is cut off, and may attach itself anew.
  @Test func oneThatReadsNothingForLongIsCutOff() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("s.sock").path
    let said = EventLog()
    let server = ControlServer()
    try server.open(
      at: path, for: ControlServer.Host(flush: { $0() }, emit: said.take, obey: { _ in }, wake: {}))
    defer { server.close() }
    let stopped = try RawViewer(path)
    defer { stopped.close() }
    #expect(said.wait { if case .message(let message) = $0 { message.text.contains("attached") } else { false } })
    #expect(server.hasViewers)
    let text = String(repeating: "x", count: 1 << 20)
    for _ in 1...12 { server.post(.message(RunMessage(level: .info, step: 0, text: text))) }
    #expect(said.wait { if case .message(let message) = $0 { message.text.contains("left") } else { false } })
    #expect(!server.hasViewers)
  }

  @Test func theSocketIsForThisUserAloneAndReplacesAStaleOne() throws {
    let small = try SmallRun()
    try small.run(steps: 2)
    let run = try #require(try small.store.runs().first?.name)
    // What a killed process leaves.
    let path = small.folder.appendingPathComponent("small/locks/\(run).sock").path
    #expect(FileManager.default.createFile(atPath: path, contents: Data()))
    let seen = EventLog()
    let backend = TrainingBackend(
      options: BackendOptions(session: try small.session(), resume: true), emit: seen.take)
    backend.start()
    #expect(seen.waitForStep(3))
    var found = stat()
    #expect(stat(path, &found) == 0)
    #expect(found.st_mode & S_IFMT == S_IFSOCK && found.st_mode & 0o777 == 0o600)
    let viewer = try AttachedRun(run, in: try small.store, emit: { _ in })
    viewer.start()
    backend.send(.stop(checkpoint: false))
    #expect(viewer.waitUntilFinished() == backend.waitUntilFinished())
  }

  /// Addresses of sockets hold 108 bytes, folders of people do not.
  @Test func deepFoldersHaveSocketsToo() throws {
    let small = try SmallRun()
    let deep = small.folder.appendingPathComponent(String(repeating: "d", count: 120), isDirectory: true)
    let session = try loadSession(
      small.folder.appendingPathComponent("small.yaml").path, sessionsDirectory: deep,
      overrides: ["schedule.steps=100000"])
    let seen = EventLog()
    let backend = TrainingBackend(options: BackendOptions(session: session), emit: seen.take)
    backend.start()
    #expect(seen.waitForStep(1))
    let store = try RunStore(directory: session.directory)
    let run = try #require(try store.runs().first?.name)
    let viewer = try AttachedRun(run, in: store, emit: { _ in })
    viewer.start()
    viewer.send(.stop(checkpoint: false))
    #expect(viewer.waitUntilFinished().outcome == .stopped)
    _ = backend.waitUntilFinished()
  }

  @Test func aRunInNobodysHandsIsReadFromItsStore() throws {
    let small = try SmallRun()
    try small.run(steps: 4) { event in
      guard case .step(let metrics) = event, metrics.step == 2 else { return [] }
      return [.switchGuidance(name: "dino"), .change(key: "mask.masked", value: "0.25")]
    }
    let store = try small.store
    let run = try #require(try store.runs().first?.name)
    #expect(throws: BackendError.self) { try AttachedRun(run, in: store, emit: { _ in }) }
    let stored = try StoredRun(run, in: store)
    guard case .started(let description)? = stored.events.first else { return #expect(Bool(false)) }
    #expect(description.run == run)
    #expect(stored.events.last == .finished(stored.summary))
    #expect(stored.summary.step == 4 && stored.summary.outcome == .stopped)
    #expect(stored.events.contains { if case .guidance(let change) = $0 { change.to == "dino" } else { false } })
    #expect(stored.events.contains { if case .setting(let change) = $0 { change.to == "0.25" } else { false } })
    #expect(stored.events.contains { if case .step(let metrics) = $0 { metrics.step == 4 } else { false } })
    #expect(throws: RunStoreError.self) { try StoredRun("no-such-run", in: store) }
  }
}

/// A connection without any of the program's manners.
private final class RawViewer {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  func write(_ text: String) { _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) } }

  /// Whether a text comes within some seconds.
  func reads(_ text: String) -> Bool {
    var all = ""
    var piece = [UInt8](repeating: 0, count: 65_536)
    let end = ContinuousClock.now + .seconds(20)
    while !all.contains(text), ContinuousClock.now < end {
      let count = recv(descriptor, &piece, piece.count, 0)
      guard count > 0 else { return false }
      all += String(decoding: piece[..<count], as: UTF8.self)
    }
    return all.contains(text)
  }

  func close() { Glibc.close(descriptor) }
}
