import Foundation

/// One call of a compiler.
struct CompilerJob {
  /// What it does, for progress: a file's name.
  let words: String
  let command: [String]

  /// A call that failed.
  struct Failed {
    let job: CompilerJob
    let status: Int32
    let errors: String

    var words: String { job.words }

    private static let mostLines = 6
    private static let mostColumns = 240

    /// The errors that the compiler named, or else its last lines.
    var lastWords: [String] {
      let lines = errors.split(separator: "\n").map { String($0.prefix(Self.mostColumns)) }
      let named = lines.filter { $0.contains("error:") || $0.contains("undefined reference") }
      return Array(named.isEmpty ? lines.suffix(Self.mostLines) : named.prefix(Self.mostLines))
    }
  }

  /// Makes some calls, at most so many at a time.
  ///
  /// - Parameter progress: called several times a second.
  /// - Returns: the first that failed; nil: none.
  /// - Throws: ``BackendError`` where a program cannot be started.
  static func run(_ jobs: [CompilerJob], atOnce most: Int, progress: (String) -> Void) throws -> Failed? {
    var waiting = jobs[...]
    var running: [(job: CompilerJob, process: GatheredProcess)] = []
    var done = 0
    let start = ContinuousClock.now
    func endAll() { for (_, process) in running { process.end() } }
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < most, let job = waiting.popFirst() {
        do { running.append((job, try GatheredProcess(job.command))) } catch {
          endAll()
          throw BackendError("\(job.command[0]) cannot be started (\(error.localizedDescription)): is it installed?")
        }
      }
      for (place, (job, process)) in running.enumerated().reversed() where process.gather(within: 50) {
        running.remove(at: place)
        let status = process.status()
        guard status == 0 else {
          endAll()
          return Failed(job: job, status: status, errors: process.errors + process.output)
        }
        done += 1
      }
      let seconds = Int(start.duration(to: .now) / .seconds(1))
      let names = running.map(\.job.words).joined(separator: ", ")
      if !names.isEmpty {
        progress(jobs.count == 1 ? "\(names), \(seconds) s" : "\(done) of \(jobs.count) done, \(names), \(seconds) s")
      }
    }
    return nil
  }
}

/// The C++ compiler that makes the library.
struct CompilerChoice {
  let program: String

  private static let usual = ["clang++", "c++", "g++"]
  private static let sample =
    "#include <vector>\n#include <memory>\nint mvp_sample() { return int(std::vector<int>(1).size()); }\n"

  /// - Parameter given: by a person; nil: `CXX`, or the first of the usual ones that works.
  /// - Throws: ``BackendError`` where none does.
  init(
    _ given: String?, in workshop: URL, environment: [String: String] = ProcessInfo.processInfo.environment,
    progress: (String) -> Void
  ) throws {
    progress("looking for a C++ compiler")
    let named = given ?? environment["CXX"].flatMap { $0.isEmpty ? nil : $0 }
    let source = workshop.appendingPathComponent("sample.cpp")
    do { try Data(Self.sample.utf8).write(to: source) } catch {
      throw BackendError(
        "\(source.path) cannot be written (\(error.localizedDescription)): make room, or use --output.")
    }
    let library = workshop.appendingPathComponent("sample.so").path
    let works = (named.map { [$0] } ?? Self.usual).first { program in
      GatheredProcess.output(
        of: [program, "-std=c++20", "-fPIC", "-shared", "-o", library, source.path], within: 60) != nil
    }
    guard let works else {
      throw BackendError(
        named.map {
          "\($0) compiles no C++20: name a compiler that does with --compiler, clang++ 14 or g++ 11 or newer."
        }
          ?? "no C++ compiler works here (tried: \(Self.usual.joined(separator: ", "))): install one (Debian: `apt-get install "
          + "g++`), or name it with --compiler.")
    }
    program = works
  }
}
