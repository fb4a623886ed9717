import Files
import Ranks
import Recipe
import Sessions
import Tensors

/// How a command computes: what `--device`, `--threads`, `--dtype` and `--backend` say.
package struct EngineOptions: Equatable, Sendable {
  package var device = DeviceChoice.cpu
  /// nil: all cores.
  package var threads: Int?
  package var dtype = Precision.float32
  /// Of device cpu; nil: the fastest of the build.
  package var backend: CPUBackend?

  package init() {}

  /// - Throws: ``BackendError`` for a word that is no device, dtype or backend, with those that are, and for words that
  ///   do not go together.
  package init(threads: Int?, dtype: String, backend: String, device: String = "cpu") throws {
    self.threads = threads
    self.device = try EngineOptions.device(device)
    guard let dtype = Precision(rawValue: dtype) else {
      let words = Precision.allCases.map(\.rawValue)
      throw BackendError("--dtype is \(dtype): choose \(choices(words))\(meaning(of: dtype, among: words))")
    }
    self.dtype = dtype
    guard backend != "auto" else { return }
    self.backend = CPUBackend(rawValue: backend)
    guard self.backend != nil else {
      let words = ["auto"] + CPUBackend.allCases.map(\.rawValue)
      throw BackendError("--backend is \(backend): choose \(choices(words))\(meaning(of: backend, among: words))")
    }
    guard !self.device.needsTorch else {
      throw BackendError(
        "--backend is \(backend), a library of --device cpu, and the products of --device \(device) are libtorch's: leave one "
          + "of them out.")
    }
  }

  /// The device that a word of `--device` means.
  ///
  /// - Throws: ``BackendError`` where it is none.
  package static func device(_ word: String) throws -> DeviceChoice {
    guard let device = DeviceChoice(word: word) else {
      let meant = DeviceChoice.wordsElsewhere[word.lowercased()] ?? word
      throw BackendError(
        "--device is \(word): choose \(DeviceChoice.wanted)\(meaning(of: meant, among: DeviceChoice.words))")
    }
    return device
  }

  init(_ session: SessionFile) {
    device = session.engine.device
    threads = session.threads
    dtype = session.engine.dtype
    backend = session.engine.backend
  }

  /// - Throws: ``BackendError`` where this build, CPU or machine cannot compute so, with what would help.
  package func makeDevice() throws -> any ComputeDevice {
    switch device {
    case .cpu:
      if let objection = CPUBackend.objection(to: backend ?? .preferred(for: dtype), dtype: dtype) {
        throw BackendError(objection + ".")
      }
      return CPUDevice(threads: threads, dtype: dtype, backend: backend)
    case .torchCPU: return try torchDevice("cpu")
    case .cuda(let number?): return try torchDevice("cuda:\(number)")
    case .cuda(nil): return try torchDevice(nil)
    }
  }

  /// A device for what looks at data and settings and computes nothing: no GPU is taken for that.
  func makeIdleDevice() throws -> any ComputeDevice { device == .cpu ? try makeDevice() : CPUDevice(threads: 1) }

  /// - Parameter place: as libtorch has it; nil: the GPU of this process.
  private func torchDevice(_ place: String?) throws -> any ComputeDevice {
    do {
      let library = try TorchState.open()
      // A scheduler may show each rank its own GPU alone.
      let own = try place == nil && library.gpus().count > 1 ? RankLaunch.placeOnHost() ?? 0 : 0
      return try TorchDevice(place: place ?? "cuda:\(own)", dtype: dtype, threads: threads)
    } catch {
      throw BackendError("device \(device.word) cannot be used: \(Self.reason("\(error)"))")
    }
  }
}

extension EngineOptions {
  /// Why a device cannot be used, and what to do.
  private static func reason(_ sentence: String) -> String {
    let known = "no GPU can be used: "
    let reason = sentence.hasPrefix(known) ? String(sentence.dropFirst(known.count)) : sentence
    guard !reason.contains("`mvp torch"), reason.hasSuffix(".") else { return reason }
    return reason.dropLast() + "; `mvp torch` says which devices there are."
  }
}

private func choices(_ words: [String]) -> String { words.joined(separator: " or ") }
