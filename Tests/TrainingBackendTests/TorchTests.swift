import Foundation
import Recipe
import Tensors
import Testing
import TrainingBackend

/// How a torch is found and a library made for it, with made-up ones.
@Suite struct TorchTests {
  private final class Place {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-torch-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: folder) }

    @discardableResult
    func write(_ path: String, _ text: String = "") throws -> URL {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return file
    }

    func torch(_ path: String, version: String? = "2.99.0+none") throws -> URL {
      for file in ["include/ATen/ATen.h", "lib/libtorch.so", "lib/libtorch_cpu.so", "lib/libc10.so"] {
        try write("\(path)/\(file)")
      }
      if let version { try write("\(path)/version.py", "__all__ = ['x']\n__version__ = '\(version)'\n") }
      return folder.appendingPathComponent(path, isDirectory: true)
    }

    /// A program that stands for a compiler.
    func compiler(_ text: String) throws -> String {
      let file = try write("compiler", "#!/bin/sh\n" + text)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
      return file.path
    }
  }

  @Test func aTorchIsKnownByWhatLiesInIt() throws {
    let place = Place()
    let folder = try place.torch("site-packages/torch")
    #expect(InstalledTorch(at: folder)?.version == "2.99.0+none")
    #expect(InstalledTorch(at: folder.deletingLastPathComponent())?.folder.lastPathComponent == "torch")
    #expect(InstalledTorch(at: place.folder) == nil)
    let archive = try place.torch("libtorch", version: nil)
    #expect(InstalledTorch(at: archive)?.version == "of unknown version")
    try place.write("libtorch/include/torch/headeronly/version.h", "#define TORCH_VERSION \\\n  \"2.98.1\"\n")
    #expect(InstalledTorch(at: archive)?.version == "2.98.1")
    try place.write("libtorch/build-version", "2.98.1+cpu\n")
    #expect(InstalledTorch(at: place.folder)?.version == "2.98.1+cpu")
  }

  @Test func whatWasNamedIsTakenOrRefused() throws {
    let place = Place()
    let folder = try place.torch("a")
    #expect(try InstalledTorch.find(folder.path, environment: [:]).version == "2.99.0+none")
    #expect(try InstalledTorch.find(nil, environment: ["LIBTORCH": folder.path]).folder.lastPathComponent == "a")
    for (given, environment, name) in [("/nowhere", [:], "--libtorch"), (nil, ["LIBTORCH": "/nowhere"], "LIBTORCH")] {
      let error = #expect(throws: BackendError.self) { try InstalledTorch.find(given, environment: environment) }
      #expect(error?.description.hasPrefix("\(name) is /nowhere, which holds no torch") == true)
    }
  }

  @Test func anotherTorchThanTheLibraryWasMadeForIsNamed() throws {
    let place = Place()
    let folder = try place.torch("a")
    var record = TorchRecord(torch: folder.path, version: "2.99.0+none", compiler: "c++")
    #expect(record.objection == nil)
    record.version = "2.97.0"
    #expect(record.objection == "was made for torch 2.97.0, and in \(folder.path) there is 2.99.0+none now")
    record.torch = "/nowhere"
    #expect(record.objection?.hasSuffix("in /nowhere, which is no longer there") == true)
  }

  private func build(_ place: Place, _ compiler: String) throws -> TorchBuild {
    var build = TorchBuild()
    build.libtorch = try place.torch("torch").path
    build.compiler = compiler
    build.sources = try place.write("sources/one.cpp").deletingLastPathComponent()
    try place.write("sources/two.cpp")
    build.output = try place.write("made/lib.so", "the old one")
    return build
  }

  /// Compiles the sample that every compiler is tried with, and does what follows for all else.
  private static let sample = "case \"$*\" in *sample.cpp*) exit 0;; esac\n"

  @Test func aCompilerThatFailsSaysWhyAndTheOldLibraryStays() throws {
    let place = Place()
    let build = try build(
      place,
      place.compiler(
        Self.sample + "echo 'two.cpp:3:1: error: no member named x' >&2; echo 'and so on' >&2; exit 3\n"))
    var words: [String] = []
    let failure = #expect(throws: TorchBuild.Failure.self) { try build.run(progress: { words.append($0) }) }
    #expect(failure?.said == ["two.cpp:3:1: error: no member named x"])
    #expect(failure?.description.contains("failed for torch 2.99.0+none in ") == true)
    #expect(failure?.description.contains("status 3") == true && failure?.description.hasSuffix(".") == true)
    #expect(words.contains { $0.contains("one.cpp") })
    #expect(try String(contentsOf: build.output, encoding: .utf8) == "the old one")
    let left = try FileManager.default.contentsOfDirectory(atPath: build.output.deletingLastPathComponent().path)
    #expect(left == ["lib.so"])
  }

  @Test func aCompilerThatIsNoneIsRefused() throws {
    let place = Place()
    for compiler in [try place.compiler("exit 1\n"), "/nowhere/c++"] {
      let error = #expect(throws: BackendError.self) { try build(place, compiler).run() }
      #expect(error?.description.hasPrefix("\(compiler) compiles no C++20: name a compiler") == true)
    }
    var empty = try build(place, place.compiler("exit 0\n"))
    empty.sources = place.folder.appendingPathComponent("nothing")
    let error = #expect(throws: BackendError.self) { try empty.run() }
    #expect(error?.description.contains("build mvp again") == true)
  }

  @Test func wordsOfDevicesAreRefusedWithWhatWasMeant() throws {
    #expect(try EngineOptions.device("cuda:1") == .cuda(1))
    let cases = [
      ("gpu", "--device is gpu: choose cpu, torch-cpu, cuda, or cuda:N for the GPU of number N; did you mean cuda?"),
      ("troch-cpu", "; did you mean torch-cpu?"), ("cuda:x", "for the GPU of number N; did you mean cuda?"),
      ("npu", "cpu?"),
    ]
    for (word, sentence) in cases {
      let error = #expect(throws: BackendError.self) { try EngineOptions.device(word) }
      #expect(error?.description.hasSuffix(sentence) == true, "\(error?.description ?? "")")
    }
    let both = #expect(throws: BackendError.self) {
      try EngineOptions(threads: nil, dtype: "bf16", backend: "openblas", device: "cuda")
    }
    #expect(both?.description.contains("leave one of them out") == true)
    #expect(try EngineOptions(threads: 2, dtype: "bf16", backend: "auto", device: "cuda").dtype == .bfloat16)
  }

  @Test(.enabled(if: !TorchLibrary.isThere))
  func aDeviceWithoutItsLibrarySaysHowToGetIt() throws {
    for word in ["torch-cpu", "cuda", "cuda:3"] {
      let options = try EngineOptions(threads: 1, dtype: "fp32", backend: "auto", device: word)
      let error = #expect(throws: BackendError.self) { _ = try options.makeDevice() }
      #expect(error?.description.hasPrefix("device \(word) cannot be used: ") == true)
      #expect(error?.description.contains("`mvp torch build`") == true, "\(error?.description ?? "")")
    }
    let report = TorchReport()
    #expect(!report.isReady && report.problem != nil && report.devices.isEmpty)
    #expect(report.allDevices.map(\.name) == ["cpu"])
  }

  @Test func peaksOfGPUsGoByWholeWords() {
    #expect(GPUPeak.bfloat16(of: "NVIDIA H200") == 989.4)
    #expect(GPUPeak.bfloat16(of: "NVIDIA H100 PCIe") == 756 && GPUPeak.bfloat16(of: "NVIDIA H100 80GB HBM3") == 989.4)
    #expect(GPUPeak.bfloat16(of: "NVIDIA A100-SXM4-80GB") == 312)
    for other in ["NVIDIA RTX A4000", "NVIDIA RTX A1000", "NVIDIA A10G", "Tesla T4"] {
      #expect(GPUPeak.bfloat16(of: other) == nil, "\(other)")
    }
  }
}
