import Foundation

/// The validated header of a safetensors file.
///
/// What must hold: the length fits the file and the format's limit; the JSON is an object without repeated names; types
/// are known; shape times element size is the number of bytes; and the arrays follow each other without gap or overlap
/// to the file's end.
struct SafetensorsHeader {
  /// The format's own limit, 100 MB.
  static let longest = 100_000_000

  var names: [String] = []
  var metadata: [String: String] = [:]
  var entries: [String: SafetensorsFile.Entry] = [:]

  init(_ data: Data, path: String) throws {
    func damaged(_ what: String) -> CheckpointError {
      CheckpointError.file(path, "is not a sound safetensors file: \(what); fetch or write it again")
    }
    guard data.count >= 8 else { throw damaged("it is \(data.count) bytes long, shorter than any header") }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length >= 2, length <= UInt64(Self.longest), length <= UInt64(data.count - 8) else {
      throw damaged("its header claims \(length) bytes in a file of \(data.count)")
    }
    let start = 8 + Int(length)
    let document: JSONValue
    do { document = try JSONValue.parse(data[data.startIndex + 8..<data.startIndex + start]) } catch {
      throw damaged("its header is not JSON (\(error))")
    }
    guard let members = document.members else { throw damaged("its header is not a JSON object") }
    for member in members {
      if member.name == "__metadata__" {
        guard let pairs = member.value.members else { throw damaged("__metadata__ is not an object") }
        for pair in pairs {
          guard let text = pair.value.string else {
            throw damaged("__metadata__ holds \(pair.name), which is not text")
          }
          metadata[pair.name] = text
        }
        continue
      }
      do {
        entries[member.name] = try Self.entry(member.value, dataStart: start, fileLength: data.count)
        names.append(member.name)
      } catch let problem as JSONProblem { throw damaged("tensor \(member.name) \(problem)") }
    }
    if let problem = Self.contiguityProblem(entries, from: start, to: data.count) { throw damaged(problem) }
  }

  private static func entry(_ value: JSONValue, dataStart: Int, fileLength: Int) throws -> SafetensorsFile.Entry {
    guard let name = value["dtype"]?.string else { throw JSONProblem(description: "has no dtype") }
    guard let type = ElementType(rawValue: name) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw JSONProblem(description: "has dtype \(name), which is none of \(known)")
    }
    guard let list = value["shape"]?.array, let shape = integers(list), shape.allSatisfy({ $0 >= 0 }) else {
      throw JSONProblem(description: "has no shape of whole numbers")
    }
    guard let offsets = value["data_offsets"]?.array.flatMap(integers), offsets.count == 2, offsets[0] >= 0,
      offsets[0] <= offsets[1], offsets[1] <= fileLength - dataStart
    else { throw JSONProblem(description: "has data_offsets outside the file") }
    var size = type.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw JSONProblem(description: "has shape \(shape), too large to exist") }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw JSONProblem(
        description: "of shape \(shape) and \(name) needs \(size) bytes but has \(offsets[1] - offsets[0])")
    }
    return SafetensorsFile.Entry(type: type, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func integers(_ values: [JSONValue]) -> [Int]? {
    let numbers = values.compactMap(\.integer)
    return numbers.count == values.count ? numbers : nil
  }

  private static func contiguityProblem(
    _ entries: [String: SafetensorsFile.Entry], from start: Int, to end: Int
  ) -> String? {
    let ordered = entries.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    var position = start
    for (name, entry) in ordered {
      guard entry.bytes.lowerBound == position else {
        let what = entry.bytes.lowerBound < position ? "overlaps the one before it" : "leaves a gap before it"
        return "tensor \(name) \(what)"
      }
      position = entry.bytes.upperBound
    }
    return position == end ? nil : "\(end - position) bytes follow the last tensor"
  }
}
