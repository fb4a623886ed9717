import ArgumentParser
import Files
import Foundation
import Recipe
import TrainingBackend

struct Init: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Write a session for a folder of pictures, shards or a list, with what was found and chosen in its comments.",
    discussion: """
      Looks at the pictures (how many, how large, in which class directories or parts), takes a teacher (--teacher, else a folder of weights
      that lies beside the pictures or here, else the small one that comes with the program), makes a few steps to see what one costs, and
      writes FOLDER.yaml into the working directory: sizes, length, evaluations, expected memory and time, the learning rate that the run
      really has. A file that is there is not overwritten.

      EXAMPLE
        mvp init photos
        mvp init shards                 (WebDataset .tar files; or a list.csv, CIFAR's .bin, MNIST's IDX files)
        mvp init photos --teacher dinov2-small --minutes 30 --output long.yaml
        mvp check photos.yaml && mvp run photos.yaml
      """)

  @Argument(
    help: "Folder of pictures, or a file of them (.tar, .csv, .jsonl); the working directory where it is not given.",
    transform: userPath)
  var folder = "."

  @Option(help: "Weights of the teacher: a folder or a safetensors file.", transform: userPath)
  var teacher: String?

  @Option(help: "File to write; FOLDER.yaml in the working directory where it is not given.", transform: userPath)
  var output: String?

  @Option(help: "Minutes that the training is to take.")
  var minutes = 8.0

  @Option(
    help:
      "Pixels that the student sees, as 64 or 128x64, multiples of 8; a square by the pictures where it is not given.")
  var imageSize: PlaneSize?

  @Option(
    help: "What is to compute: cpu, torch-cpu, cuda or cuda:N, by libtorch (`mvp torch`).",
    completion: Candidates.devices)
  var device = "cpu"

  @Flag(help: "Overwrite a file that is there.")
  var force = false

  func validate() throws {
    guard (0.1...100_000).contains(minutes) else { throw ValidationError("--minutes is \(minutes): give 0.1 or more.") }
    if let imageSize, let problem = SessionDraft.problem(of: imageSize) {
      throw ValidationError("--image-size is \(imageSize.brief): \(problem).")
    }
    do { _ = try EngineOptions.device(device) } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let pictures = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
    var isFolder: ObjCBool = true
    _ = FileManager.default.fileExists(atPath: pictures.path, isDirectory: &isFolder)
    let place = isFolder.boolValue ? pictures : pictures.deletingPathExtension()
    let file = URL(fileURLWithPath: output ?? "\(fileName(place.lastPathComponent)).yaml").standardizedFileURL
    try refuseToOverwrite(file)
    let progress = ProgressLine(label: "init")
    progress.show(note: "looking at the pictures")
    let survey = try FolderSurvey(pictures)
    let name = file.deletingPathExtension().lastPathComponent
    var draft = SessionDraft(
      name: name, survey: survey, teacher: try foundTeacher(pictures), imageSize: imageSize,
      device: try EngineOptions.device(device))
    try draft.weigh(seconds: 60 * minutes) { progress.show(note: $0) }
    progress.clear()
    try refuseToOverwrite(file)
    do {
      try writeFile(Data(draft.text(relativeTo: file.deletingLastPathComponent()).utf8), to: file.path)
    } catch {
      throw CommandFailure(message: "\(file.path) cannot be written (\(error)): name another place with --output.")
    }
    report(draft, file)
  }

  private func refuseToOverwrite(_ file: URL) throws {
    // A device or a pipe has nothing that would be lost.
    guard (try? FileWriting.file(at: file.path) != nil) ?? true else { return }
    guard !force, (try? FileManager.default.attributesOfItem(atPath: file.path)) != nil else { return }
    throw CommandFailure(
      message: "\(file.path) is there already: name another file with --output, or overwrite it with --force.")
  }

  private var grid: PlaneSize {
    imageSize.map { $0 / (max($0.shorter, 1) / SessionDraft.grid) } ?? PlaneSize(square: SessionDraft.grid)
  }

  /// - Throws: where the weights that were named are no teacher.
  private func foundTeacher(_ pictures: URL) throws -> FoundTeacher? {
    if let teacher { return try FoundTeacher(at: URL(fileURLWithPath: teacher), grid: grid) }
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    return FoundTeacher.search(in: [pictures.deletingLastPathComponent(), here], grid: grid)
  }

  private func report(_ draft: SessionDraft, _ file: URL) {
    for clause in draft.found { print(padded("found", 10) + clause) }
    print(padded("chosen", 10) + "pictures at \(draft.imageSize) px, \(draft.steps) steps of \(draft.batch) pictures")
    if let check = draft.check {
      for (name, text) in SessionCheckText(check).rows
      where ["teacher", "rate", "memory", "time", "warning", "hint", "missing", "refused"].contains(name) {
        print(padded(name, 10) + text)
      }
    }
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true).standardizedFileURL
      .path
    let shown = file.path.hasPrefix(here + "/") ? String(file.path.dropFirst(here.count + 1)) : file.path
    print("\(padded("written", 10))\(shown): `mvp check \(shown)` says what it comes to, `mvp run \(shown)` trains")
  }

  /// A session's name is the name of its file and of a folder.
  private func fileName(_ folder: String) -> String {
    let name = String(folder.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    return name.allSatisfy({ "-.".contains($0) }) ? "session" : name
  }
}
