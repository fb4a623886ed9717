import Foundation

/// A torch that is installed: a folder with its headers and libraries, of a Python package or of a libtorch archive.
package struct InstalledTorch: Equatable, Sendable {
  /// Has `include` and `lib` in it.
  package let folder: URL
  /// As it names itself: `2.15.0+cu132`.
  package let version: String

  /// What must be there of it.
  private static let marks = ["include/ATen/ATen.h", "lib/libtorch.so", "lib/libtorch_cpu.so", "lib/libc10.so"]
  /// Seconds in which a Python must have said where its torch is.
  private static let patience = 20.0

  /// nil where the folder holds none; one that holds a folder `torch` or `libtorch` stands for that.
  package init?(at folder: URL) {
    let places = [folder] + ["torch", "libtorch"].map { folder.appendingPathComponent($0, isDirectory: true) }
    guard let found = places.first(where: Self.isTorch) else { return nil }
    self.folder = found.standardizedFileURL
    version = Self.version(of: found)
  }

  private static func isTorch(_ folder: URL) -> Bool {
    marks.allSatisfy { FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }
  }

  /// Where it lies, in words for errors.
  static let searched = "LIBTORCH, the Python of an active virtual environment, and python3"

  /// The torch that is meant.
  ///
  /// - Parameter given: a folder that a person named; nil: that of `LIBTORCH`, or of the Python at hand.
  /// - Throws: ``BackendError`` where there is none.
  package static func find(
    _ given: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> InstalledTorch {
    let named =
      given.map { ("--libtorch", $0) } ?? environment["LIBTORCH"].flatMap { $0.isEmpty ? nil : ("LIBTORCH", $0) }
    if let (name, path) = named {
      if let torch = InstalledTorch(at: URL(fileURLWithPath: path, isDirectory: true)) { return torch }
      throw BackendError(
        "\(name) is \(path), which holds no torch with its headers (\(marks[0]), \(marks[1])): name the folder of an unpacked "
          + "libtorch, or that of the Python package, as `python3 -c 'import torch; print(torch.__path__[0])'` prints it."
      )
    }
    for python in pythons(environment) {
      if let folder = ofPython(python), let torch = InstalledTorch(at: folder) { return torch }
    }
    throw BackendError(
      "no torch is found (looked for: \(searched)): install it with `python3 -m pip install torch`, or unpack a libtorch "
        + "and name its folder with --libtorch DIR.")
  }

  private static func pythons(_ environment: [String: String]) -> [String] {
    (environment["VIRTUAL_ENV"].map { ["\($0)/bin/python"] } ?? []) + ["python3", "python"]
  }

  /// Where a Python has its torch; it is found, not loaded.
  private static func ofPython(_ program: String) -> URL? {
    let code = """
      import importlib.util
      found = importlib.util.find_spec("torch")
      print(list(found.submodule_search_locations)[0] if found and found.submodule_search_locations else "")
      """
    let path = GatheredProcess.output(of: [program, "-c", code], within: patience)?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard let path, path.hasPrefix("/") else { return nil }
    return URL(fileURLWithPath: path, isDirectory: true)
  }

  /// What a package or an archive says of itself, or else its header.
  private static func version(of folder: URL) -> String {
    func text(_ path: String) -> String {
      (try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)) ?? ""
    }
    func quoted(_ line: Substring) -> String? {
      let parts = line.split(whereSeparator: { $0 == "'" || $0 == "\"" })
      return parts.count > 1 ? String(parts[1]) : nil
    }
    let package = text("version.py").split(separator: "\n").first { $0.hasPrefix("__version__") }
    if let version = package.flatMap(quoted) { return version }
    let archive = text("build-version").trimmingCharacters(in: .whitespacesAndNewlines)
    if !archive.isEmpty { return archive }
    for header in ["include/torch/headeronly/version.h", "include/torch/csrc/api/include/torch/version.h"] {
      let words = text(header).replacingOccurrences(of: "\\\n", with: " ").split(separator: "\n")
      if let line = words.first(where: { $0.hasPrefix("#define TORCH_VERSION ") }), let version = quoted(line) {
        return version
      }
    }
    return "of unknown version"
  }

  /// Whether it brings CUDA.
  var hasCUDA: Bool {
    ["libtorch_cuda.so", "libc10_cuda.so"].allSatisfy {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent("lib/\($0)").path)
    }
  }

  /// `-D_GLIBCXX_USE_CXX11_ABI=0` where it was compiled so, as torch before 2.7 was.
  private var layoutOfStrings: [String] {
    let file = folder.appendingPathComponent("share/cmake/Torch/TorchConfig.cmake")
    let name = "_GLIBCXX_USE_CXX11_ABI="
    guard let text = try? String(contentsOf: file, encoding: .utf8), let place = text.range(of: name),
      let digit = text[place.upperBound...].first, "01".contains(digit)
    else { return [] }
    return ["-D\(name)\(digit)"]
  }

  /// What a compiler is told to find its headers.
  var compilerFlags: [String] {
    let include = folder.appendingPathComponent("include").path
    // Its headers are its own affair: of them no warning is of interest.
    return ["-isystem", include, "-isystem", include + "/torch/csrc/api/include"] + layoutOfStrings
  }

  /// What a linker is told. Nothing names the libraries that only register themselves, CUDA's, so that all are kept.
  var linkerFlags: [String] {
    let lib = folder.appendingPathComponent("lib").path
    return ["-L\(lib)", "-Wl,-rpath,\(lib)", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
      + (hasCUDA ? ["-ltorch_cuda", "-lc10_cuda"] : [])
  }
}
