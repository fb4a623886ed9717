import Files
import Foundation
import Interchange

/// Writes a graph as a file of ONNX, its arrays one after the other.
///
/// A message of protocol buffers has less than 2 GiB: a larger model has its arrays in a second file, `NAME.data`, of
/// which the first one says where each stands.
package struct OnnxFile {
  /// Bytes of arrays beyond which a second file has them; what else a model has is far less than what is left.
  package static let mostInside = 2_000_000_000
  /// Bytes up to which an array stays in the first file: readers want shapes at hand.
  private static let alwaysInside = 1024
  /// Where in the second file arrays may begin, as readers map them.
  private static let alignment = 4096

  private let graph: OnnxGraph
  private let path: String
  /// Name and place of each array in the second file; nil where there is none.
  private let outside: [String: (offset: Int, length: Int)]?

  /// - Parameter mostInside: bytes of arrays that one file may have.
  /// - Returns: the path of the second file; nil for none.
  /// - Throws: ``FileError`` with the reason.
  static func write(_ graph: OnnxGraph, to path: String, mostInside: Int) throws -> String? {
    let file = try OnnxFile(graph, path, mostInside)
    try file.writeArrays()
    let writing = try FileWriting(to: path, isDurable: true)
    try file.writeModel(to: writing)
    try writing.commit()
    return file.outside == nil ? nil : path + ".data"
  }

  private init(_ graph: OnnxGraph, _ path: String, _ mostInside: Int) throws {
    (self.graph, self.path) = (graph, path)
    let total = graph.constants.reduce(0) { $0 + $1.byteCount }
    guard total > mostInside else {
      outside = nil
      return
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw FileError("\(total) bytes of weights are written as two files, which need a name of a regular file")
    }
    var places: [String: (offset: Int, length: Int)] = [:]
    var offset = 0
    for constant in graph.constants where constant.byteCount > Self.alwaysInside {
      places[constant.name] = (offset, constant.byteCount)
      offset += (constant.byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    outside = places
  }

  private var dataName: String { URL(fileURLWithPath: path).lastPathComponent + ".data" }

  private func writeArrays() throws {
    guard let outside else { return }
    let writing = try FileWriting(to: path + ".data", isDurable: true)
    for constant in graph.constants where outside[constant.name] != nil {
      let bytes = Self.bytes(constant)
      try writing.write(bytes)
      try writing.write(Data(count: (Self.alignment - bytes.count % Self.alignment) % Self.alignment))
    }
    try writing.commit()
  }

  private func writeModel(to writing: FileWriting) throws {
    var head = ProtobufWriter()
    for node in graph.nodes { head.add(1, node) }
    head.add(2, "model")
    for input in graph.inputs { head.add(11, input) }
    for output in graph.outputs { head.add(12, output) }
    let arrays = graph.constants.map { constant in (constant: constant, head: arrayHead(constant)) }
    var length = head.bytes.count
    for array in arrays {
      var opening = ProtobufWriter()
      opening.open(5, length: arrayLength(array.head, array.constant))
      length += opening.bytes.count + arrayLength(array.head, array.constant)
    }
    var model = modelHead()
    model.open(7, length: length)
    try writing.write(Data(model.bytes + head.bytes))
    for array in arrays {
      var opening = ProtobufWriter()
      opening.open(5, length: arrayLength(array.head, array.constant))
      try writing.write(Data(opening.bytes + array.head))
      if isInside(array.constant) { try writing.write(Self.bytes(array.constant)) }
    }
  }

  private func modelHead() -> ProtobufWriter {
    var model = ProtobufWriter()
    model.add(1, OnnxGraph.fileVersion)
    model.add(2, "MVP Workbench")
    if !graph.card.isEmpty { model.add(6, graph.card) }
    var set = ProtobufWriter()
    set.add(1, "")
    set.add(2, OnnxGraph.opset)
    model.add(8, set)
    for note in graph.notes {
      var entry = ProtobufWriter()
      entry.add(1, note.key)
      entry.add(2, note.value)
      model.add(14, entry)
    }
    return model
  }

  /// An array up to its bytes, the opening of these included.
  private func arrayHead(_ constant: OnnxGraph.Constant) -> [UInt8] {
    var head = ProtobufWriter()
    for size in constant.shape { head.add(1, size) }
    switch constant.content {
    case .floats: head.add(2, 1)
    case .integers: head.add(2, 7)
    }
    head.add(8, constant.name)
    guard let place = outside?[constant.name] else {
      head.open(9, length: constant.byteCount)
      return head.bytes
    }
    for (key, value) in [("location", dataName), ("offset", "\(place.offset)"), ("length", "\(place.length)")] {
      var entry = ProtobufWriter()
      entry.add(1, key)
      entry.add(2, value)
      head.add(13, entry)
    }
    head.add(14, 1)
    return head.bytes
  }

  private func arrayLength(_ head: [UInt8], _ constant: OnnxGraph.Constant) -> Int {
    head.count + (isInside(constant) ? constant.byteCount : 0)
  }

  private func isInside(_ constant: OnnxGraph.Constant) -> Bool { outside?[constant.name] == nil }

  private static func bytes(_ constant: OnnxGraph.Constant) -> Data {
    switch constant.content {
    case .floats(let values): StorageType.float32.encode(values())
    case .integers(let values): values.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }
  }
}
