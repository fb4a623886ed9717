import CImageCodecs
import Files
import Foundation

/// IDX files, as MNIST comes in (https://yann.lecun.com/exdb/mnist/): bytes of all pictures after a header with their
/// number and size; those of their labels are in a file beside it. Both may be packed with gzip.
struct IDXFiles {
  private(set) var items: [PackedItem] = []
  private(set) var files: [PackedFile] = []
  private(set) var leftOut = LeftOut()
  private(set) var layout = PixelLayout(width: 0, height: 0, channels: 1)

  /// What a header says.
  struct Header: Equatable {
    var dimensions: [Int]
    /// Bytes of the header.
    var size: Int
    /// nil where the bytes are no header of a file of bytes, of one to four dimensions.
    init?(_ bytes: Data) {
      let bytes = [UInt8](bytes)
      guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, (1...4).contains(bytes[3]) else {
        return nil
      }
      size = 4 + 4 * Int(bytes[3])
      guard bytes.count >= size else { return nil }
      dimensions = stride(from: 4, to: size, by: 4).map { at in bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    }

    static let longest = 20
    /// Bytes that follow; nil where they are more than can be.
    var content: Int? {
      var count = 1
      for dimension in dimensions {
        let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
        guard !overflows, product < 1 << 40 else { return nil }
        count = product
      }
      return count
    }
  }

  /// Whether a file's name says that it holds pictures.
  static func holdsPictures(_ name: String) -> Bool { name.lowercased().contains("idx3-ubyte") }

  static func holdsLabels(_ name: String) -> Bool { name.lowercased().contains("idx1-ubyte") }

  /// - Throws: ``DatasetError`` where a file is not what its name says.
  init(_ found: [(path: BytePath, name: String)]) throws {
    for (path, name) in found {
      let file = try Self.opened(path)
      guard let header = Header(try Self.head(file)), header.dimensions.count >= 3, let content = header.content,
        content > 0, file.size - header.size >= content
      else {
        throw DatasetError(
          "\(path.text) is no IDX file of pictures, or is cut short: its header and its size do not go together.")
      }
      let dimensions = header.dimensions
      let found = PixelLayout(
        width: dimensions[2], height: dimensions[1], channels: dimensions.count == 4 ? dimensions[3] : 1)
      guard found.channels == 1 else {
        throw DatasetError("\(path.text) has pictures of \(found.channels) channels: only grey IDX files can be read.")
      }
      guard items.isEmpty || found == layout else {
        throw DatasetError(
          "\(path.text) has pictures of \(found.width) x \(found.height) pixels and another file beside it others: give a folder for each size."
        )
      }
      layout = found
      let labels = try labels(beside: path, count: dimensions[0])
      if labels == nil { leftOut.add(.withoutLabels, name) }
      files.append(file)
      let role = Self.role(name)
      for number in 0..<dimensions[0] {
        items.append(
          PackedItem(
            name: "\(name)/\(number)", file: files.count - 1, offset: header.size + number * found.size,
            count: found.size, label: labels.map { "\($0[number])" }, role: role))
      }
    }
  }

  private static func role(_ name: String) -> SplitRole? {
    let word = (name.split(separator: "/").last.map(String.init) ?? name).lowercased()
    if word.contains("train") { return .train }
    if word.contains("t10k") || word.contains("test") { return .test }
    return word.contains("val") ? .validation : nil
  }

  private static func head(_ file: PackedFile) throws -> Data { try file.bytes(at: 0, count: Header.longest) }

  /// - Returns: a label for each picture; nil where no file of labels is there.
  private func labels(beside path: BytePath, count: Int) throws -> [UInt8]? {
    let name = String(decoding: path.bytes.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    let wanted = name.replacingOccurrences(of: "images", with: "labels").replacingOccurrences(of: "idx3", with: "idx1")
    let bare = wanted.hasSuffix(".gz") ? String(wanted.dropLast(3)) : wanted
    guard wanted != name,
      let place = [wanted, bare, bare + ".gz"].map(path.folder.appending).first(where: { $0.status != nil })
    else { return nil }
    let file = try Self.opened(place)
    guard let header = Header(try Self.head(file)), header.dimensions == [count], file.size - header.size >= count
    else {
      throw DatasetError(
        "\(place.text) does not hold a label for each of the \(count) pictures of \(name): give its pair.")
    }
    return [UInt8](try file.bytes(at: header.size, count: count))
  }

  /// The file, unpacked where it is packed.
  private static func opened(_ path: BytePath) throws -> PackedFile {
    let file = PackedFile(path)
    do {
      guard try [UInt8](file.bytes(at: 0, count: 2)) == [0x1F, 0x8B] else { return file }
      let packed = try readFile(path)
      return PackedFile(path, unpacked: try gunzipped(packed))
    } catch let reason as FileError {
      throw DatasetError("\(path.text) cannot be read (\(reason)): check that it exists and that you may read it.")
    } catch let reason as DatasetError {
      throw DatasetError("\(path.text) cannot be unpacked: \(reason); unpack it with gunzip.")
    }
  }

  private static func gunzipped(_ packed: Data) throws -> Data {
    var unpacked: Data?
    try packed.withUnsafeBytes { bytes in
      try reportingFailure { reason in
        var size = 0
        guard
          let start = image_codecs_gunzip(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &size, reason)
        else { return false }
        unpacked = Data(bytesNoCopy: start, count: size, deallocator: .free)
        return true
      }
    }
    return unpacked ?? Data()
  }
}
