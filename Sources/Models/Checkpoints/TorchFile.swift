import Foundation

/// A file of `torch.save` or `torch.jit.save` since torch 1.6: a zip archive of stored members, mapped into memory and
/// read on demand. `data.pkl` says which tensors there are, `data/KEY` has their numbers.
///
/// Dictionaries inside dictionaries, and modules of TorchScript, become dotted names (`teacher.backbone.cls_token`).
/// Where one of the outermost alone holds tensors, as `model` or `state_dict` does, its name is left out. What belongs
/// to an optimiser is not listed. Source: pytorch/pytorch, `torch/serialization.py`.
package struct TorchFile: WeightsFile {
  private struct Entry {
    let type: ElementType
    let shape: [Int]
    let strides: [Int]
    /// Bytes of the file, from the first element to the last one.
    let bytes: Range<Int>
  }

  package let url: URL
  package let names: [String]
  package var metadata: [String: String] { [:] }
  package let container: String
  private let entries: [String: Entry]
  private let data: Data

  /// - Parameters:
  ///   - data: of the whole file
  ///   - url: the file, as errors name it
  /// - Throws: `CheckpointError`, one sentence.
  package init(bytes data: Data, url: URL) throws {
    func unfit(_ what: String) -> CheckpointError { CheckpointError.file(url.path, what) }
    self.data = data
    self.url = url
    let zip: ZipDirectory
    do { zip = try ZipDirectory(data) } catch {
      throw unfit("is a zip archive that cannot be read: \(error); fetch or write it again")
    }
    guard let pickle = zip.names.first(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) else {
      let some = zip.names.prefix(3).joined(separator: ", ")
      throw unfit(
        "is a zip archive without data.pkl (it holds \(some.isEmpty ? "nothing" : some)), so torch did not write it; unpack it "
          + "and give the weights inside")
    }
    let root = String(pickle.dropLast("data.pkl".count))
    if let order = zip.entries["\(root)byteorder"], String(decoding: data[order.bytes], as: UTF8.self) == "big" {
      throw unfit("was written by a big-endian machine, which is not read; save it again on another one")
    }
    container = zip.entries["\(root)constants.pkl"] == nil ? "torch zip" : "TorchScript zip"
    guard let described = zip.entries[pickle], !described.isPacked else {
      throw unfit("is a zip archive of packed members, which torch does not write; unpack it and zip it with -0")
    }
    let tensors: [(name: String, tensor: TorchTensor)]
    do {
      tensors = try data.withUnsafeBytes { raw in
        try PickleReader.read(UnsafeRawBufferPointer(rebasing: raw[described.bytes])) { try TorchNames($0).tensors }
      }
    } catch { throw unfit("is a file of torch that cannot be read: \(error)") }
    var entries: [String: Entry] = [:]
    var names: [String] = []
    for (name, tensor) in tensors where entries[name] == nil {
      guard let type = tensor.type else { continue }
      guard let storage = zip.entries["\(root)data/\(tensor.storage.key)"], !storage.isPacked else {
        throw unfit("lacks the numbers of \(name) (data/\(tensor.storage.key)), fetch or write it again")
      }
      guard let bytes = tensor.bytes(type, in: storage.bytes) else {
        throw unfit("gives \(name) shape \(tensor.shape), which its numbers do not fill; fetch or write it again")
      }
      entries[name] = Entry(type: type, shape: tensor.shape, strides: tensor.strides, bytes: bytes)
      names.append(name)
    }
    self.entries = entries
    self.names = names
  }

  package func shape(_ name: String) -> [Int]? { entries[name]?.shape }
  package func type(_ name: String) -> ElementType? { entries[name]?.type }

  package func floats(_ name: String) throws -> [Float] {
    guard let entry = entries[name] else { throw unknown(name) }
    let stored = data.withUnsafeBytes { entry.type.floats(UnsafeRawBufferPointer(rebasing: $0[entry.bytes])) }
    guard let stored else { throw unreadable(name, entry.type) }
    return rowMajor(stored, entry)
  }

  /// A view's elements in the order of its axes.
  private func rowMajor(_ stored: [Float], _ entry: Entry) -> [Float] {
    let shape = entry.shape
    guard !stored.isEmpty, entry.strides != contiguousStrides(shape) else { return stored }
    var values: [Float] = []
    values.reserveCapacity(shape.reduce(1, *))
    var index = [Int](repeating: 0, count: shape.count)
    while true {
      values.append(stored[zip(index, entry.strides).reduce(0) { $0 + $1.0 * $1.1 }])
      guard let axis = shape.indices.last(where: { index[$0] + 1 < shape[$0] }) else { return values }
      index[axis] += 1
      for later in shape.indices where later > axis { index[later] = 0 }
    }
  }
}

/// Strides of an array whose last axis runs fastest.
func contiguousStrides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.reversed().dropFirst() { strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1) }
  return strides
}

extension TorchTensor {
  /// Where its elements lie, from the first to the last one; nil where they do not lie in the storage, or where it has
  /// more of them than the storage has.
  fileprivate func bytes(_ type: ElementType, in storage: Range<Int>) -> Range<Int>? {
    let held = storage.count / type.size
    var (elements, last) = (1, 0)
    for (extent, stride) in zip(shape, strides) {
      let count = elements.multipliedReportingOverflow(by: extent)
      let reach = max(extent - 1, 0).multipliedReportingOverflow(by: stride)
      let sum = last.addingReportingOverflow(reach.partialValue)
      guard !count.overflow, !reach.overflow, !sum.overflow else { return nil }
      (elements, last) = (count.partialValue, sum.partialValue)
    }
    guard elements > 0 else { return storage.lowerBound..<storage.lowerBound }
    guard elements <= held, offset < held, last < held - offset else { return nil }
    let start = storage.lowerBound + offset * type.size
    return start..<start + (last + 1) * type.size
  }
}
