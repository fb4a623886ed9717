import Files
import Foundation

/// What a file is by its first bytes, whatever its name.
enum WeightsContainer: Equatable {
  case zip
  /// Anything that is taken for safetensors, whose header then says what is wrong with it.
  case safetensors
  /// Known, and no weights that are read: what it is, and what to do.
  case refused(String)

  /// - Parameter start: the first bytes of the file, 1,024 where it has as many
  init(_ start: Data) {
    let bytes = [UInt8](start.prefix(1024))
    let text = String(decoding: bytes, as: UTF8.self)
    let shown = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    func begins(_ magic: [UInt8], at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: magic) }
    if begins([0x50, 0x4B, 3, 4]) || begins([0x50, 0x4B, 5, 6]) {
      self = .zip
    } else if begins([0x7B], at: 8), bytes[7] == 0, bytes[6] == 0, bytes[5] == 0 {
      self = .safetensors
    } else if let reason = Self.binary(begins) ?? Self.readable(text, shown: shown) ?? Self.other(bytes, shown) {
      self = .refused(reason)
    } else {
      self = .safetensors
    }
  }

  private static let remedy = "give safetensors, a file of torch.save, or the folder of one"

  /// What is neither known nor can begin a file of safetensors, whose first eight bytes are the length of its header.
  private static func other(_ bytes: [UInt8], _ shown: Substring) -> String? {
    guard let first = bytes.first else { return nil }
    switch TextEncoding(bytes) {
    case .wide: return "is a text in UTF-16, not weights; \(remedy)"
    case .utf8, .singleBytes:
      let line = shown.prefix { !$0.isNewline }
      return "is a text that begins \"\(shortened(String(line), to: 40))\", not weights; \(remedy)"
    case .binary: break
    }
    guard bytes.count >= 8 else { return nil }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length > UInt64(SafetensorsHeader.longest) || first == 0 && length == 0 else { return nil }
    let start = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    return "is of an unknown kind: it begins with the bytes \(start), as neither safetensors nor a file of torch.save "
      + "does; \(remedy)"
  }

  private static func binary(_ begins: ([UInt8], Int) -> Bool) -> String? {
    if begins([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19], 0) {
      return "is a file of torch before 1.6, a stream of pickles that is not read; write it again by a newer torch: "
        + "torch.save(torch.load(PATH, map_location='cpu'), NEW)"
    }
    if begins([0x80], 0), (2...5).contains(where: { begins([UInt8($0)], 1) }) {
      return
        "is a bare pickle, which is not read, as it can run code; write its state dict by torch.save or as safetensors"
    }
    if begins([0x08], 0), (1...20).contains(where: { begins([$0, 0x12], 1) || begins([$0, 0x3A], 1) }) {
      return "is a model of ONNX, which is not read; give torch's or safetensors"
    }
    let magics: [(bytes: [UInt8], place: Int, what: String)] = [
      ([0x1F, 0x8B], 0, "is packed by gzip; unpack it (gunzip)"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], 0, "is packed by xz; unpack it (unxz)"),
      ([0x28, 0xB5, 0x2F, 0xFD], 0, "is packed by zstd; unpack it (unzstd)"),
      (Array("ustar".utf8), 257, "is a tar archive; unpack it and give the weights inside"),
      ([0x93] + Array("NUMPY".utf8), 0, "is one array of numpy, not the weights of a model; save a state dict"),
      (
        [0x89] + Array("HDF".utf8), 0,
        "is an HDF5 file, as Keras writes, which is not read; give torch's or safetensors"
      ),
      (Array("GGUF".utf8), 0, "is a GGUF file of packed weights, which is not read; give torch's or safetensors"),
      ([0xFF, 0xD8, 0xFF], 0, "is a JPEG picture, not weights"),
      ([0x89] + Array("PNG".utf8), 0, "is a PNG picture, not weights"),
      (Array("WEBP".utf8), 8, "is a WebP picture, not weights"),
      (Array("%PDF-".utf8), 0, "is a PDF document, not weights"),
      (Array("BZh".utf8), 0, "is packed by bzip2; unpack it (bunzip2)"),
      ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0, "is packed by 7-Zip; unpack it"),
      (Array("Rar!".utf8), 0, "is a RAR archive; unpack it and give the weights inside"),
      (Array("SQLite format 3".utf8), 0, "is an SQLite database, not weights"),
      (Array("PAR1".utf8), 0, "is a Parquet table, not weights"),
      ([0x7F] + Array("ELF".utf8), 0, "is a program or a library, not weights"),
      (Array("TFL3".utf8), 4, "is a model of TensorFlow Lite, which is not read; give torch's or safetensors"),
    ]
    return magics.first { begins($0.bytes, $0.place) }?.what
  }

  private static func readable(_ text: String, shown: Substring) -> String? {
    if text.hasPrefix("version https://git-lfs.github.com/spec") {
      let size = text.split(separator: "\n").first { $0.hasPrefix("size ") }?.dropFirst("size ".count)
      let bytes = size.map { " of \($0) bytes" } ?? ""
      return
        "is git-lfs's pointer to a file\(bytes), not the file; run `git lfs pull` where it was cloned, or download it"
    }
    if shown.hasPrefix("<") {
      return
        "is a web page or XML, as a server sends in place of a file, not weights; download it again and look at what "
        + "comes"
    }
    if shown.hasPrefix("{") || shown.hasPrefix("[") {
      return
        "is JSON, a configuration or an index by its content, not weights; give the weights beside it, or their folder"
    }
    return nil
  }
}

/// Opens a file of weights by its content: safetensors, or a zip of torch.
/// - Throws: `CheckpointError`, one sentence naming the file, what it is or what is wrong with it, and what to do.
package func openWeights(_ url: URL) throws -> any WeightsFile {
  if let problem = RegularFile.problem(url.path) {
    throw CheckpointError.file(url.path, "\(problem), give a safetensors file or one of torch.save")
  }
  let data: Data
  do { data = try Data(contentsOf: url, options: .alwaysMapped) } catch {
    throw CheckpointError.file(url.path, "cannot be opened, check that the file exists and is readable")
  }
  return try openWeights(bytes: data, url: url)
}

/// The same for a file's bytes.
package func openWeights(bytes data: Data, url: URL) throws -> any WeightsFile {
  switch WeightsContainer(data) {
  case .zip: try TorchFile(bytes: data, url: url)
  case .safetensors: try SafetensorsFile(bytes: data, url: url)
  case .refused(let reason): throw CheckpointError.file(url.path, reason)
  }
}
