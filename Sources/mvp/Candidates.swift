import ArgumentParser
import Foundation
import Sessions
import Terminal
import TrainingBackend
import Workbench

/// What a shell offers at an option or an argument. Each is asked when somebody presses tab, with the words of the
/// command line, and answers without an error whatever is there.
enum Candidates {
  /// Sessions that could be run, and files of sessions.
  static let sessionFiles = CompletionKind.custom { words, _, prefix in
    let names = listSessions(in: place(words).folder).map(\.name)
    return names + (names.contains { $0.hasPrefix(prefix) } ? [] : files(prefix))
  }

  static let sessionsWithRuns = CompletionKind.custom { words, _, _ in sessions(words) }

  static let sessionsOrRuns = CompletionKind.custom { words, _, _ in
    sessions(words) + stores(words, []).flatMap(runNames)
  }

  /// Runs of the sessions that are named before, else of all sessions.
  static let runs = CompletionKind.custom { words, index, _ in
    stores(words, words.prefix(max(0, index))).flatMap(runNames)
  }

  /// Steps of the checkpoints of the run that is named before; the newest first.
  static let checkpointSteps = CompletionKind.custom { words, index, _ in
    stores(words, words.prefix(max(0, index))).flatMap { store in
      runNames(store).filter(words.contains).flatMap { run in
        CheckpointStore(directory: Session.checkpoints(in: store.directory), run: run, keep: 1).steps().reversed()
      }
    }.map(String.init)
  }

  static let tags = CompletionKind.custom { words, index, _ in
    let tags = stores(words, words.prefix(max(0, index))).flatMap { (try? $0.catalog().runs.flatMap(\.tags)) ?? [] }
    return Set(tags).sorted()
  }

  static let ablations = CompletionKind.custom { words, index, _ in
    stores(words, words.prefix(max(0, index))).flatMap { (try? $0.ablations().map(\.name)) ?? [] }
  }

  static let guidances = CompletionKind.custom { words, index, _ in
    let names = stores(words, words.prefix(max(0, index))).flatMap { (try? $0.catalog().runs.map(\.guidance)) ?? [] }
    return Set(names).filter { !$0.isEmpty }.sorted()
  }

  static let themes = CompletionKind.custom { words, _, _ in
    let library = ThemeLibrary(
      environment: ProcessInfo.processInfo.environment, directory: value(of: "--themes", in: words),
      workingDirectory: FileManager.default.currentDirectoryPath,
      executable: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    return [Appearance.automaticTheme] + library.names
  }

  /// `KEY=`, and behind it the words that may stand there.
  static let settings = CompletionKind.custom { _, _, prefix in
    guard let equals = prefix.firstIndex(of: "=") else {
      return SessionFile.keyPaths(ModelEvaluation.kinds).map { $0 + "=" }
    }
    let key = String(prefix[..<equals])
    return SessionFile.choices(of: key, ModelEvaluation.kinds).map { "\(key)=\($0)" }
  }

  static let devices = CompletionKind.list(SessionFile.choices(of: "engine.device", []))
  static let dtypes = CompletionKind.list(SessionFile.choices(of: "engine.dtype", []))
  static let backends = CompletionKind.list(SessionFile.choices(of: "engine.backend", []))

  // MARK: what is there

  /// The value of an option as it was typed.
  private static func value(of option: String, in words: [String]) -> String? {
    if let index = words.firstIndex(of: option), words.indices.contains(index + 1) { return words[index + 1] }
    return words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
  }

  private static func place(_ words: [String]) -> SessionPlace {
    let given = value(of: "--sessions", in: words).flatMap { try? SessionPlace.parse(["--sessions", $0]) }
    return given ?? (try? SessionPlace.parse([])) ?? SessionPlace()
  }

  private static func sessions(_ words: [String]) -> [String] {
    place(words).foldersWithRuns.map(\.lastPathComponent)
  }

  /// - Parameter named: Words of which some may be sessions.
  private static func stores(_ words: [String], _ named: some Collection<String>) -> [RunStore] {
    let folders = place(words).foldersWithRuns
    let names = named.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
    let chosen = folders.filter { names.contains($0.lastPathComponent) }
    return (chosen.isEmpty ? folders : chosen).compactMap { try? RunStore.existing(in: $0) }
  }

  private static func runNames(_ store: RunStore) -> [String] {
    ((try? store.runs()) ?? []).filter { $0.state != .untrained }.map(\.name)
  }

  /// YAML files and folders that begin so; bash finds files by itself.
  private static func files(_ prefix: String) -> [String] {
    if CompletionShell.requesting == .bash { return [] }
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return entries.sorted().compactMap { entry in
      let path = folder + entry
      guard path.hasPrefix(prefix), !entry.hasPrefix(".") else { return nil }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
      if isFolder.boolValue { return path + "/" }
      return ["yaml", "yml"].contains(URL(fileURLWithPath: entry).pathExtension) ? path : nil
    }
  }
}
