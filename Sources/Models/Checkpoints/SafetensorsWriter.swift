import Files
import Foundation
import Tensors

/// Types ``writeSafetensors(_:metadata:dtype:to:)`` stores numbers in.
package enum StorageType: String, Sendable, Codable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"

  var size: Int { self == .float32 ? 4 : 2 }

  /// Little-endian bytes of the values, rounded to nearest even where the type is narrower.
  func encode(_ values: [Float]) -> Data {
    switch self {
    case .float32: encode(values) { $0.bitPattern }
    case .float16: encode(values) { Float16($0).bitPattern }
    case .bfloat16: encode(values) { Self.bfloat16($0) }
    }
  }

  private func encode<Bits: FixedWidthInteger>(_ values: [Float], _ convert: (Float) -> Bits) -> Data {
    let bits = [Bits](unsafeUninitializedCapacity: values.count) { buffer, count in
      for i in values.indices { buffer[i] = convert(values[i]).littleEndian }
      count = values.count
    }
    return bits.withUnsafeBytes { Data($0) }
  }

  private static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    // A NaN whose payload lies in the lower half must stay a NaN.
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }
}

/// One array to be written: the writer fetches its values when its turn comes, so that memory holds one at a time.
package struct StoredTensor {
  package var name: String
  package var shape: [Int]
  package var values: () -> [Float]

  package init(name: String, shape: [Int], values: @escaping () -> [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  package init(_ tensor: NamedTensor) {
    self.init(name: tensor.name, shape: tensor.tensor.shape) { tensor.tensor.array() }
  }
}

/// Writes a safetensors file: tensors in the order given, header padded with spaces to a multiple of eight bytes.
///
/// The file is written aside, synced and renamed: whoever opens `url` sees the old file or the whole new one. What is
/// no file, as a pipe, is written to as it is.
/// - Parameters:
///   - metadata: text kept under `__metadata__`, written in the order of its names.
/// - Throws: `CheckpointError` where names repeat, a shape does not fit its values, or the disk refuses.
package func writeSafetensors(
  _ tensors: [StoredTensor], metadata: [String: String] = [:], dtype: StorageType = .float32, to url: URL
) throws {
  let header = try safetensorsHeader(tensors, metadata: metadata, dtype: dtype, path: url.path)
  do {
    let file = try FileWriting(to: url.path, isDurable: true)
    try file.write(Data(header))
    for tensor in tensors {
      let values = tensor.values()
      guard values.count == tensor.shape.reduce(1, *) else {
        throw CheckpointError.file(
          url.path, "tensor \(tensor.name) has \(values.count) values for shape \(tensor.shape)")
      }
      try file.write(dtype.encode(values))
    }
    try file.commit()
  } catch let reason as FileError {
    throw CheckpointError.file(
      url.path, "cannot be written (\(reason)), check that the folder exists, is writable and has room",
      underlying: reason)
  }
}

/// The same for parameters as they are.
package func writeSafetensors(
  _ tensors: [NamedTensor], metadata: [String: String] = [:], dtype: StorageType = .float32, to url: URL
) throws {
  try writeSafetensors(tensors.map { StoredTensor($0) }, metadata: metadata, dtype: dtype, to: url)
}

/// The same for arrays already in memory.
package func writeSafetensors(
  _ tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = [:],
  dtype: StorageType = .float32, to url: URL
) throws {
  let stored = tensors.map { tensor in StoredTensor(name: tensor.name, shape: tensor.shape) { tensor.values } }
  try writeSafetensors(stored, metadata: metadata, dtype: dtype, to: url)
}

private func safetensorsHeader(
  _ tensors: [StoredTensor], metadata: [String: String], dtype: StorageType, path: String
) throws -> [UInt8] {
  var members: [String] = []
  if !metadata.isEmpty {
    let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
    members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
  }
  var seen: Set<String> = ["__metadata__"]
  var offset = 0
  for tensor in tensors {
    guard seen.insert(tensor.name).inserted else {
      throw CheckpointError.file(path, "two tensors would be named \(tensor.name), give each its own name")
    }
    let end = offset + tensor.shape.reduce(1, *) * dtype.size
    let shape = tensor.shape.map(String.init).joined(separator: ",")
    members.append(
      "\(quoted(tensor.name)):{\"dtype\":\"\(dtype.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
    )
    offset = end
  }
  var text = Array("{\(members.joined(separator: ","))}".utf8)
  text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
  return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
}

/// A text as JSON has it.
func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\r": quoted += "\\r"
    case "\t": quoted += "\\t"
    case _ where scalar.value < 0x20:
      let hexadecimal = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
