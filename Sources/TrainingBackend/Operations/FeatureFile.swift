import Files
import Foundation
import Interchange
import Models

/// The forms in which `mvp features` writes.
package enum FeatureForm: String, CaseIterable, Sendable {
  /// Tensor `features`; the names of the pictures stand in the metadata.
  case safetensors
  /// One array of numpy; the names of the pictures stand in a file beside it.
  case npy
  /// A row for each picture, or for each of its tokens, a column for each feature.
  case csv
  /// The same rows with the features as one list.
  case parquet

  /// By the ending of a path; safetensors where that says nothing.
  package init(path: String) {
    self = FeatureForm(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased()) ?? .safetensors
  }
}

/// Features of pictures on their way into a file.
struct FeatureFile {
  /// [N, D] or [N, 1 + M, D].
  let shape: [Int]
  let values: [Float]
  /// Names of the pictures.
  let files: [String]
  /// What else is to be known of them, by key.
  let notes: [String: String]

  private var width: Int { shape.last ?? 0 }
  /// Tokens of a picture; 1 where it has one feature.
  private var tokens: Int { shape.count > 2 ? shape[1] : 1 }

  private static let pieceBytes = 1 << 20

  /// - Returns: a file that was written beside it; nil for none.
  /// - Throws: ``BackendError`` or `CheckpointError`, one sentence.
  func write(_ form: FeatureForm, to url: URL) throws -> String? {
    if form == .safetensors {
      let list = String(decoding: try JSONEncoder().encode(files), as: UTF8.self)
      try writeSafetensors(
        [(name: "features", shape: shape, values: values)], metadata: notes.merging(["files": list]) { $1 },
        dtype: .float32, to: url)
      return nil
    }
    do {
      let writing = try FileWriting(to: url.path, isDurable: true)
      switch form {
      case .safetensors, .npy:
        try writing.write(NumpyArray.header(shape: shape))
        try writing.write(values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) })
      case .csv: try writeCSV(to: writing)
      case .parquet: try writeParquet(to: writing)
      }
      try writing.commit()
      return form == .npy ? try writeNames(beside: url) : nil
    } catch let reason as FileError {
      throw BackendError(
        "\(url.path) cannot be written (\(reason)): check that its folder is there, writable, and has room.")
    }
  }

  /// `NAME.files.json`, a list; a device has nothing beside it.
  private func writeNames(beside url: URL) throws -> String? {
    guard try FileWriting.file(at: url.path) != nil else { return nil }
    let path = url.deletingPathExtension().path + ".files.json"
    try writeFile(try JSONEncoder().encode(files), to: path, isDurable: true)
    return path
  }

  private func writeCSV(to writing: FileWriting) throws {
    let titles = ["file"] + (tokens > 1 ? ["token"] : []) + (0..<width).map { "f\($0)" }
    var piece = csvLine(titles)
    for (picture, file) in files.enumerated() {
      for token in 0..<tokens {
        let start = (picture * tokens + token) * width
        let numbers = values[start..<start + width].map { "\($0)" }
        piece += csvLine([file] + (tokens > 1 ? ["\(token)"] : []) + numbers)
        guard piece.utf8.count > Self.pieceBytes else { continue }
        try writing.write(Data(piece.utf8))
        piece = ""
      }
    }
    try writing.write(Data(piece.utf8))
  }

  private func writeParquet(to writing: FileWriting) throws {
    let names = tokens > 1 ? files.flatMap { [String](repeating: $0, count: tokens) } : files
    let numbers = files.flatMap { _ in (0..<Int32(tokens)).map { $0 } }
    try ParquetFile.write(
      [.texts("file", names)] + (tokens > 1 ? [.integers("token", numbers)] : [])
        + [.lists("features", values, width: width)],
      rows: files.count * tokens, notes: notes.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    ) { try writing.write($0) }
  }
}
