import Datasets
import Dispatch
import Foundation
import Models
import Sessions
import Synchronization
import Tasks
import Tensors

/// What a run's losses depend on beside its settings, found while the run opens; a new run's pictures are read beside
/// its first steps.
final class Fingerprints: Sendable {
  private struct State {
    var found: RunFingerprints
    var isEnded = false
  }

  private let state: Mutex<State>
  private let reading = DispatchGroup()
  private let lists: PictureLists
  private let folder: FilesOfFolder?

  /// So long a checkpoint waits for the pictures to be read; without them it says nothing of them.
  private static let patience = 2.0

  /// Teachers and kernels are looked at here, pictures by ``readPictures(knownBy:)``.
  init(
    teachers: [FrozenTeacher], tokenizers: [FrozenTokenizer] = [], device: any ComputeDevice,
    source: any PictureSource, session: URL
  ) {
    let teachers =
      teachers.map { ($0.name, RunFingerprints.Teacher($0)) }
      + tokenizers.map { ($0.name, RunFingerprints.Teacher($0)) }
    state = Mutex(
      State(
        found: RunFingerprints(
          teachers: Dictionary(teachers, uniquingKeysWith: { first, _ in first }),
          arithmetic: device.arithmetic)))
    lists = PictureLists(session: session)
    folder = source.filesOfFolder
  }

  deinit { state.withLock { $0.isEnded = true } }

  /// As far as they are known now.
  var found: RunFingerprints { state.withLock { $0.found } }

  /// As far as they are known once the pictures were read, which is not waited for long.
  func settled() -> RunFingerprints {
    _ = reading.wait(timeout: .now() + Fingerprints.patience)
    return found
  }

  /// Whether the pictures are still being read.
  var isReading: Bool { folder != nil && found.pictures == nil }

  /// Reads the pictures on another thread, unless they were read already.
  func beginReadingPictures() {
    guard let folder, isReading else { return }
    reading.enter()
    let lists = lists
    let group = reading
    DispatchQueue.global(qos: .utility).async { [weak self] in
      defer { group.leave() }
      let list = PictureList(
        folder: folder.directory, names: folder.files, path: folder.path, known: lists.newest()
      ) { [weak self] in
        self?.state.withLock { $0.isEnded } ?? true
      }
      guard list.entries.count == folder.files.count else { return }
      self?.take(list)
    }
  }

  /// Reads the pictures now, those that a checkpoint's list does not tell of, and says what differs.
  ///
  /// - Returns: parts of a sentence; empty where all is as it was.
  func differences(from before: RunFingerprints) -> [String] {
    var parts = before.differences(to: found)
    guard let folder, let pictures = before.pictures else { return parts }
    let old = lists.list(pictures.digest)
    let unproven = old == nil ? lists.unproven(pictures.digest) : nil
    // A list that nothing vouches for spares no reading.
    let known = unproven == nil ? old ?? lists.newest() : nil
    let list = PictureList(folder: folder.directory, names: folder.files, path: folder.path, known: known)
    take(list)
    guard list.digest != pictures.digest, unproven?.holdsTheSame(as: list) != true else { return parts }
    let differences = old?.differences(to: list)
    if let differences, !differences.isEmpty {
      parts.append(
        "of the pictures in \(folder.directory.path), \(pictures.count) in the checkpoint: \(differences.words)")
    } else {
      parts.append(
        "the pictures in \(folder.directory.path) are others: \(pictures.count) in the checkpoint, \(list.entries.count) now (which ones "
          + "cannot be told, as their list is lost)")
    }
    return parts
  }

  /// A list that cannot be written is missed only when pictures differ.
  private func take(_ list: PictureList) {
    let digest = list.digest
    try? lists.write(list)
    state.withLock {
      $0.found.pictures = RunFingerprints.Pictures(count: list.entries.count, digest: digest)
    }
  }
}

extension RunFingerprints.Teacher {
  init(_ teacher: FrozenTeacher) {
    self.init(weights: RunFingerprints.Teacher.weights(of: teacher.model), facts: teacher.facts)
  }

  init(_ tokenizer: FrozenTokenizer) {
    self.init(weights: RunFingerprints.Teacher.weights(of: tokenizer.parameters), facts: tokenizer.facts)
  }

  static func weights(of model: VisionTransformer) -> String { weights(of: model.parameters()) }

  /// Checksum of every tensor, names included.
  private static func weights(of parameters: [NamedTensor]) -> String {
    var hash = XXHash64()
    for parameter in parameters {
      hash.update(parameter.name)
      parameter.tensor.array().withUnsafeBytes { hash.update($0) }
    }
    return hash.hexadecimal
  }
}
