import Foundation
import Tensors

/// Makes the library by which this program calls libtorch: compiles its sources, which lie with the program, for a
/// torch that is installed: `mvp torch build`.
package struct TorchBuild {
  /// A torch's folder; nil: it is looked for.
  package var libtorch: String?
  /// A C++ compiler; nil: the first one that works.
  package var compiler: String?
  /// The library that is made.
  package var output = TorchLibrary.place
  /// Where the sources lie.
  package var sources = TorchLibrary.sources

  package init() {}

  package struct Result: Codable, Equatable, Sendable {
    package var library: String
    package var torch: String
    package var version: String
    package var compiler: String
    /// Whether GPUs are called by it, where the machine has some.
    package var cuda: Bool
    /// What a session may name as `engine.device` with it.
    package var devices: [String]
    /// Whether MVP_TORCH_LIBRARY has to name it to have it used.
    package var isElsewhere: Bool
    package var seconds: Double

    enum CodingKeys: String, CodingKey {
      case library, torch, version, compiler, cuda, devices, seconds
      case isElsewhere = "elsewhere"
    }
  }

  /// Why there is no library: what a compiler said last, and a sentence.
  package struct Failure: Error, CustomStringConvertible {
    package let said: [String]
    package let description: String
  }

  /// The new library is opened before it is put in its place: this process calls no other one from then on.
  ///
  /// - Parameter progress: called several times a second with what is being done.
  /// - Throws: ``Failure``, ``BackendError``.
  package func run(progress: (String) -> Void = { _ in }) throws -> Result {
    let start = ContinuousClock.now
    let isElsewhere = output.standardizedFileURL != TorchLibrary.place.standardizedFileURL
    progress("looking for torch")
    let torch = try InstalledTorch.find(libtorch)
    let files = try sourceFiles()
    let folder = output.deletingLastPathComponent()
    try make(folder)
    Self.clear(folder)
    let workshop = folder.appendingPathComponent("\(Self.workshopName)\(ProcessInfo.processInfo.processIdentifier)")
    try make(workshop)
    defer { try? FileManager.default.removeItem(at: workshop) }
    let compiler = try CompilerChoice(compiler, in: workshop, progress: progress).program
    let objects = try compile(files, with: compiler, for: torch, in: workshop, progress: progress)
    let library = workshop.appendingPathComponent(output.lastPathComponent)
    try finish(
      [
        CompilerJob(
          words: "linking", command: [compiler, "-shared", "-o", library.path] + objects + torch.linkerFlags)
      ], torch, progress)
    progress("opening it")
    let opened = try open(library)
    // Without a driver there are none.
    let gpus = (try? opened.gpus()) ?? []
    try put(library, of: TorchRecord(torch: torch.folder.path, version: torch.version, compiler: compiler))
    return Result(
      library: output.path, torch: torch.folder.path, version: torch.version, compiler: compiler, cuda: opened.hasCUDA,
      devices: ["torch-cpu"] + gpus.map { "cuda:\($0.index) \($0.name)" }, isElsewhere: isElsewhere,
      seconds: start.duration(to: .now) / .seconds(1))
  }

  // MARK: - Files

  /// Begins the names of folders in which a library is made.
  private static let workshopName = ".building-"

  private func sourceFiles() throws -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []
    let files = names.filter { $0.hasSuffix(".cpp") }.sorted().map { sources.appendingPathComponent($0) }
    guard !files.isEmpty else {
      throw BackendError(
        "the sources of the library are not in \(sources.path), where this program was built: build mvp again, or take "
          + "its folder of resources along with the program.")
    }
    return files
  }

  private func make(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw BackendError(
        "\(folder.path) cannot be made for the library (\(error.localizedDescription)): name another place with --output."
      )
    }
  }

  private func open(_ library: URL) throws -> TorchLibrary {
    setenv(TorchState.variable, library.path, 1)
    do { return try TorchLibrary.open() } catch {
      throw BackendError("the library was compiled and cannot be used, so it is not kept: \(error)")
    }
  }

  /// Takes away what builds that were interrupted have left.
  private static func clear(_ folder: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
      guard name.hasPrefix(workshopName), let process = pid_t(name.dropFirst(workshopName.count)),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  /// Puts a whole library in its place; a program that has the old one open keeps that.
  private func put(_ library: URL, of record: TorchRecord) throws {
    let note = TorchRecord.file(of: library)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try encoder.encode(record).write(to: note)
    } catch {
      throw BackendError("\(note.path) cannot be written (\(error.localizedDescription)): make room, or use --output.")
    }
    for (from, to) in [(note, TorchRecord.file(of: output)), (library, output)] {
      guard rename(from.path, to.path) != 0 else { continue }
      throw BackendError(
        "\(to.path) cannot be written (\(String(cString: strerror(errno)))): name another with --output.")
    }
  }

  // MARK: - Compiling

  /// - Returns: paths of the objects.
  private func compile(
    _ files: [URL], with compiler: String, for torch: InstalledTorch, in workshop: URL, progress: (String) -> Void
  ) throws -> [String] {
    let objects = files.map { workshop.appendingPathComponent($0.lastPathComponent + ".o").path }
    let jobs = zip(files, objects).map { file, object in
      CompilerJob(
        words: file.lastPathComponent,
        command: [compiler, "-c", "-std=c++20", "-O2", "-fPIC", "-fvisibility=hidden", "-I\(sources.path)"]
          + torch.compilerFlags + ["-o", object, file.path])
    }
    try finish(jobs, torch, progress)
    return objects
  }

  /// Does some jobs, several at a time.
  private func finish(_ jobs: [CompilerJob], _ torch: InstalledTorch, _ progress: (String) -> Void) throws {
    let failed = try CompilerJob.run(jobs, atOnce: Self.jobsAtOnce, progress: progress)
    guard let failed else { return }
    throw Failure(
      said: failed.lastWords,
      description:
        "\(failed.words) failed for torch \(torch.version) in \(torch.folder.path), status \(failed.status) of "
        + "\(failed.job.command[0]): name another compiler with --compiler, or another torch with --libtorch.")
  }

  /// One compiler takes a core and two gigabytes.
  private static var jobsAtOnce: Int {
    let machine = ProcessInfo.processInfo
    return max(1, min(machine.activeProcessorCount, Int(clamping: machine.physicalMemory >> 31), 8))
  }
}
