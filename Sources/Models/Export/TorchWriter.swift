import CImageCodecs
import Files
import Foundation

/// Writes a state dict as `torch.save` does: a zip of stored members, the numbers of each tensor aligned to 64 bytes.
///
/// `torch.load(PATH)` reads it, `weights_only` or not. Source: pytorch/pytorch, `torch/serialization.py`.
struct TorchWriter {
  private static let root = "model/"
  private static let alignment = 64

  private let file: FileWriting
  private var offset = 0
  private var directory = Data()
  private var members = 0

  static func write(_ tensors: [PortableTensor], to path: String) throws {
    var writer = TorchWriter(file: try FileWriting(to: path, isDurable: true))
    try writer.add("data.pkl", pickle(tensors))
    try writer.add("byteorder", Data("little".utf8))
    for (index, tensor) in tensors.enumerated() {
      try writer.add("data/\(index)", StorageType.float32.encode(tensor.values()))
    }
    try writer.add("version", Data("3\n".utf8))
    try writer.finish()
  }

  private init(file: FileWriting) { self.file = file }

  private mutating func add(_ name: String, _ content: Data) throws {
    let name = Data((Self.root + name).utf8)
    let checksum = content.withUnsafeBytes {
      image_codecs_crc32($0.bindMemory(to: UInt8.self).baseAddress, content.count)
    }
    guard content.count < Int(UInt32.max), offset < Int(UInt32.max) else {
      throw FileError("files of more than 4 GiB are not written for torch; export to timm, which has safetensors")
    }
    // An extra field of nothing puts the content where it can be mapped.
    let bare = offset + 30 + name.count + 4
    let padding = (Self.alignment - bare % Self.alignment) % Self.alignment
    var sizes = Data()
    for number in [checksum, UInt32(content.count), UInt32(content.count)] { sizes.append(littleEndian: number) }
    var header = Data()
    header.append(littleEndian: UInt32(0x0403_4B50))
    for number: UInt16 in [20, 0x800, 0, 0, 0x21] { header.append(littleEndian: number) }
    header += sizes
    for number in [UInt16(name.count), UInt16(4 + padding)] { header.append(littleEndian: number) }
    header += name
    for number in [UInt16(0x4246), UInt16(padding)] { header.append(littleEndian: number) }
    header += Data(repeating: UInt8(ascii: "Z"), count: padding)
    directory.append(littleEndian: UInt32(0x0201_4B50))
    for number: UInt16 in [20, 20, 0x800, 0, 0, 0x21] { directory.append(littleEndian: number) }
    directory += sizes
    for number in [UInt16(name.count), 0, 0, 0, 0] { directory.append(littleEndian: number) }
    for number in [UInt32(0), UInt32(offset)] { directory.append(littleEndian: number) }
    directory += name
    try file.write(header)
    try file.write(content)
    offset += header.count + content.count
    members += 1
  }

  private mutating func finish() throws {
    var end = directory
    end.append(littleEndian: UInt32(0x0605_4B50))
    for number in [0, 0, UInt16(members), UInt16(members)] { end.append(littleEndian: number) }
    for number in [UInt32(directory.count), UInt32(offset)] { end.append(littleEndian: number) }
    end.append(littleEndian: UInt16(0))
    try file.write(end)
    try file.commit()
  }

  /// An ordered dictionary of tensors, each with a storage of its own.
  private static func pickle(_ tensors: [PortableTensor]) -> Data {
    var pickle = PickleWriter()
    pickle.begin()
    for (index, tensor) in tensors.enumerated() {
      pickle.text(tensor.name)
      pickle.tensor(key: "\(index)", shape: tensor.shape)
    }
    return pickle.end()
  }
}

/// Opcodes of protocol 2 for one dictionary of tensors.
private struct PickleWriter {
  private var bytes = Data()

  mutating func begin() {
    bytes += [0x80, 2]
    global("collections", "OrderedDict")
    bytes += Data(")R(".utf8)
  }

  mutating func end() -> Data { bytes + Data("u.".utf8) }

  mutating func text(_ text: String) {
    let content = Data(text.utf8)
    bytes.append(UInt8(ascii: "X"))
    bytes.append(littleEndian: UInt32(content.count))
    bytes += content
  }

  mutating func tensor(key: String, shape: [Int]) {
    global("torch._utils", "_rebuild_tensor_v2")
    bytes += Data("((".utf8)
    text("storage")
    global("torch", "FloatStorage")
    text(key)
    text("cpu")
    integer(shape.reduce(1, *))
    bytes += Data("tQ".utf8)
    integer(0)
    tuple(shape)
    tuple(contiguousStrides(shape))
    bytes.append(0x89)
    global("collections", "OrderedDict")
    bytes += Data(")RtR".utf8)
  }

  private mutating func global(_ module: String, _ name: String) { bytes += Data("c\(module)\n\(name)\n".utf8) }

  private mutating func integer(_ number: Int) {
    bytes += [0x8A, 8]
    bytes.append(littleEndian: Int64(number))
  }

  private mutating func tuple(_ numbers: [Int]) {
    bytes.append(UInt8(ascii: "("))
    for number in numbers { integer(number) }
    bytes.append(UInt8(ascii: "t"))
  }
}

extension Data {
  fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
