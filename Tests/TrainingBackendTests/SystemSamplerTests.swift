import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// The machine's state, from made-up files of the kernel and from those of this machine.
@Suite struct SystemSamplerTests {
  private final class Machine {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-proc-\(UUID().uuidString)")
    let disks: URL

    init() throws {
      disks = folder.appendingPathComponent("block")
      for name in ["net", "4711", "block/vda", "block/nvme0n1", "block/dm-0"] {
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
      }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var files: ProcFiles { ProcFiles(root: folder.path, blockDevices: disks.path) }

    func write(_ name: String, _ text: String) throws {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
  }

  @Test func disksCountOnceAndTheLoopNotAtAll() throws {
    let machine = try Machine()
    try machine.write(
      "diskstats",
      """
       254       0 vda 100 0 1000 5 200 0 4000 9 0 0 0
       254       1 vda1 100 0 1000 5 200 0 4000 9 0 0 0
       259       0 nvme0n1 1 0 10 5 2 0 20 9 0 0 0
       253       0 dm-0 100 0 1000 5 200 0 4000 9 0 0 0
         7       0 loop0 100 0 1000 5 200 0 4000 9 0 0 0
      nonsense
      """)
    try machine.write(
      "net/dev",
      """
      Inter-|   Receive                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
          lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0
        eth0:1500 1 0 0 0 0 0 0 700 1 0 0 0 0 0 0
       wlan0: 500 1 0 0 0 0 0 0 300 1 0 0 0 0 0 0
      """)
    let disk = try #require(machine.files.diskTraffic())
    #expect(disk.incoming == 1010 * 512 && disk.outgoing == 4020 * 512)
    let network = try #require(machine.files.networkTraffic())
    #expect(network.incoming == 2000 && network.outgoing == 1000)
  }

  @Test func aProcessWithAStrangeNameIsRead() throws {
    let machine = try Machine()
    let fields = (4...52).map { $0 == 14 ? "250" : $0 == 15 ? "50" : $0 == 24 ? "1000" : "\($0)" }
    try machine.write("4711/stat", "4711 (a ) b (c) S " + fields.joined(separator: " "))
    let process = try #require(machine.files.process(4711))
    #expect(process.seconds == 300 / Double(sysconf(Int32(_SC_CLK_TCK))))
    #expect(process.residentBytes == 1000 * sysconf(Int32(_SC_PAGESIZE)))
    #expect(machine.files.process(4712) == nil)
  }

  @Test func aMachineThatTellsNothingGivesNothing() throws {
    let machine = try Machine()
    for text in ["", "nonsense\ncpu\ncpu0 x y\n: 1\n", "\u{0}\u{1}"] {
      for name in ["stat", "meminfo", "diskstats", "net/dev"] { try machine.write(name, text) }
      var sampler = SystemSampler(
        folder: machine.folder, files: machine.files, gpus: GPUWatch(environment: ["MVP_NVML_LIBRARY": "/nowhere"]))
      let sample = sampler.sample(step: 3)
      #expect(sample.step == 3 && sample.cores.isEmpty && sample.time != nil)
      for metric in SystemMetric.allCases where metric != .diskUsed && metric != .diskFree {
        #expect(metric.value(in: sample) == nil, "\(metric)")
      }
    }
  }

  @Test func ratesAreMeansSinceTheSampleBefore() throws {
    let machine = try Machine()
    func count(_ bytes: Int, busy: Int) throws {
      try machine.write("net/dev", " eth0: \(bytes) 1 0 0 0 0 0 0 \(2 * bytes) 1 0 0\n")
      try machine.write("stat", "cpu 1 1 1 1 1\ncpu0 \(busy) 0 0 \(1000 - busy) 0 0 0 0\n")
    }
    try count(0, busy: 0)
    var sampler = SystemSampler(folder: machine.folder, files: machine.files)
    usleep(50_000)
    try count(1_000_000, busy: 0)
    try machine.write("stat", "cpu0 150 0 0 1050 0 0 0 0\n")
    let sample = sampler.sample(step: 0)
    let received = try #require(sample.networkInRate)
    #expect(received > 100_000 && received < 21_000_000)
    #expect(sample.networkOutRate == received * 2)
    #expect(sample.cores == [0.75])
    usleep(20_000)
    try count(10, busy: 0)
    #expect(sampler.sample(step: 0).networkInRate == nil, "an interface that was reset has no rate")
  }

  /// A sample takes so little that one every five seconds is less than a thousandth of a core.
  @Test func aSampleCostsNextToNothing() throws {
    var sampler = SystemSampler(folder: FileManager.default.temporaryDirectory)
    func cpuSeconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    _ = sampler.sample(step: 0)
    let before = cpuSeconds()
    for _ in 0..<100 { _ = sampler.sample(step: 0) }
    let seconds = (cpuSeconds() - before) / 100
    print("a sample of the machine takes \(seconds * 1000) ms")
    #expect(seconds < 0.001 * SystemSample.interval)
  }

  @Test func aRunSamplesByItselfAndItsStoreKeepsIt() throws {
    let run = try LiveRun()
    let name = try #require(run.begun())
    #expect(
      run.log.wait(10) { event in
        if case .system(let sample) = event { sample.processCores != nil && sample.tensorBytes != nil } else { false }
      })
    run.end()
    let session = try run.small.session([])
    let store = try #require(try RunStore.existing(in: session.directory))
    let history = try #require(try store.history(.run(RunReference(session: session.name, run: name))))
    #expect(!history.metrics.system[.processMemory].isEmpty)
    #expect(history.metrics.system[.processMemory].last.map { $0.y > 1_000_000 } == true)
  }

  @Test func looksNameTheRunsThatGoOn() throws {
    let run = try LiveRun()
    let name = try #require(run.begun())
    let session = try run.small.session([])
    var sampler = MachineSampler(folder: session.directory) { [session.directory] }
    var sample = sampler.next()
    // The store is written beside training.
    for _ in 0..<50 where sample.runs?.first?.state != .running {
      usleep(100_000)
      sample = sampler.next()
    }
    let live = try #require(sample.runs?.first)
    #expect(live.run == name && live.state == .running && live.process == Int(getpid()))
    #expect((live.cores ?? -1) >= 0 && (live.residentBytes ?? 0) > 0)
    let steps = sample.step
    #expect(steps >= 1 && sampler.next().step == steps + 1)
    run.end()
    usleep(2_100_000)
    #expect(sampler.next().runs == [])
  }
}
