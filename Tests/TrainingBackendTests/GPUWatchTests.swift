import Foundation
import RunEvents
import Testing
import TrainingBackend

/// GPUs by a library that stands in for NVIDIA's: `Tests/StandInNVML`, which has two devices.
@Suite struct GPUWatchTests {
  private static let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "mvp-nvml-\(UUID().uuidString)")

  /// Compiles the library.
  ///
  /// - Parameter word: makes another one of it: `HANGS`, `TIRES`, `NO_DRIVER`, `BROKEN`.
  private static func library(_ word: String? = nil) throws -> [String: String] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("StandInNVML/nvml.c")
    let path = folder.appendingPathComponent("libnvidia-ml-\(word ?? "whole")-\(UUID().uuidString).so").path
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let script = "exec $(command -v cc || command -v clang) -shared -fPIC -o \"$@\""
    compiler.arguments = ["sh", "-c", script, "cc", path, source.path] + (word.map { ["-D\($0)"] } ?? [])
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    return ["MVP_NVML_LIBRARY": path]
  }

  /// What is known once the first answer has come.
  private func answer(_ environment: [String: String]) -> GPUWatch.Answer {
    GPUWatch(environment: environment).latest(waiting: 20)
  }

  @Test func devicesAreToldAndWhatTheyDoNotTellIsUnknown() throws {
    let answer = answer(try Self.library())
    #expect(answer.problem == nil)
    let gpus = try #require(answer.gpus)
    #expect(
      gpus == [
        GPUSample(
          index: 0, name: "Stand-in 0", utilisation: 0.87, memoryBytes: 80_000_000_000, usedBytes: 61_000_000_000,
          watts: 412.3, wattsLimit: 700, celsius: 63,
          processes: [GPUProcess(process: 4711, bytes: 60_000_000_000), GPUProcess(process: 4712, bytes: nil)]),
        GPUSample(
          index: 1, name: "Stand-in 1", utilisation: 0, memoryBytes: 80_000_000_000, usedBytes: 500_000_000, watts: nil,
          wattsLimit: 700, celsius: 33, processes: []),
      ])
  }

  /// A sum over all devices of which one tells nothing would be wrong.
  @Test func curvesLeaveOutWhatOneDeviceDoesNotTell() throws {
    var sampler = SystemSampler(
      folder: FileManager.default.temporaryDirectory, gpus: GPUWatch(environment: try Self.library()))
    let sample = sampler.sample(step: 1, gpuSeconds: 20)
    #expect(SystemMetric.gpu.value(in: sample) == 43.5)
    #expect(SystemMetric.gpuMemory.value(in: sample) == 61.5e9)
    #expect(SystemMetric.gpuTemperature.value(in: sample) == 63)
    #expect(SystemMetric.gpuPower.value(in: sample) == nil)
    #expect(try RunEventCoder.event(line: RunEventCoder.line(.system(sample))) == .system(sample))
  }

  @Test func whereThereIsNoneNothingIsSaid() throws {
    #expect(answer(["MVP_NVML_LIBRARY": ""]).problem == nil)
    let named = answer(["MVP_NVML_LIBRARY": "/nowhere/lib.so"])
    #expect(named.gpus == nil && named.problem?.contains("MVP_NVML_LIBRARY names /nowhere/lib.so") == true)
    let broken = answer(try Self.library("BROKEN"))
    #expect(broken.gpus == nil && broken.problem?.contains("version mismatch") == true)
    let other = answer(["MVP_NVML_LIBRARY": "libm.so.6"])
    #expect(other.problem?.contains("is not NVIDIA's management library") == true)
  }

  /// A driver that hangs keeps nobody waiting, and its devices are shown without numbers.
  @Test func aDriverThatHangsIsNotWaitedFor() throws {
    let hanging = try Self.library("HANGS")
    let tired = GPUWatch(environment: try Self.library("TIRES"))
    #expect(tired.latest(waiting: 20).gpus?.first?.celsius == 63)
    let watch = GPUWatch(environment: hanging)
    let clock = ContinuousClock()
    for _ in 0..<100 {
      var answer = watch.latest()
      let took = clock.measure { answer = watch.latest() }
      #expect(answer.gpus == nil && answer.problem == nil)
      #expect(took < .seconds(1))
    }
    #expect(clock.measure { _ = watch.latest(waiting: 0.2) } < .seconds(5))
    usleep(5_500_000)
    let answer = watch.latest()
    #expect(answer.gpus == nil && answer.problem?.contains("has not answered for") == true, "\(answer)")
    let last = tired.latest()
    #expect(last.problem?.contains("has not answered") == true)
    #expect(last.gpus == [GPUSample(index: 0, name: "Stand-in 0"), GPUSample(index: 1, name: "Stand-in 1")])
  }
}
