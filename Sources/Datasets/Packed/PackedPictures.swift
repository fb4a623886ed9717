import Files
import Foundation

/// Pictures of tar shards, of binary files or of a list, as the loader and evaluations take them.
package struct PackedPictures: FilePictures {
  package let data: PackedData
  package let items: [PackedItem]
  package let name: String
  package let classNames: [String]
  package let leftOut: LeftOut
  /// Classes by number; empty where the pictures have none.
  private let labels: [Int32]
  package private(set) var channels = 3

  /// Without labels.
  init(_ data: PackedData, _ items: [PackedItem], leftOut: LeftOut) {
    (self.data, self.items, self.leftOut) = (data, items, leftOut)
    name = data.place.text
    (classNames, labels) = ([], [])
  }

  /// Those that have labels.
  /// - Parameters:
  ///   - known: how to number the classes; nil: as the labels of `items` say.
  ///   - part: what to call them.
  /// - Throws: ``DatasetError`` where there is no label, one class alone, or one that is not among `known`.
  init(
    _ data: PackedData, labelled items: [PackedItem], classNames known: [String]? = nil, part: String = "",
    leftOut: LeftOut = LeftOut()
  ) throws {
    self.data = data
    name = data.place.text + part
    self.items = items.filter { $0.label != nil }
    var left = leftOut
    for item in items where item.label == nil { left.add(.unlabelled, item.name) }
    self.leftOut = left
    guard !self.items.isEmpty else {
      throw DatasetError(
        "\(name) has no labels: \(data.kind == .list ? "call a column of the list label" : "a .cls file beside each picture says its class")."
      )
    }
    let names = known ?? data.labels(of: self.items)
    let numbers = Dictionary(names.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    let strangers = Set(self.items.compactMap(\.label)).filter { numbers[$0] == nil }.sorted()
    guard strangers.isEmpty else {
      throw DatasetError(
        "\(name) has labels that the training pictures lack (\(listed(strangers))): rename or remove them.")
    }
    guard names.count > 1 else {
      throw DatasetError(
        "\(name) has pictures of one class alone (\(names[0])), and any answer would be right: give pictures of two or more."
      )
    }
    classNames = names
    labels = self.items.map { $0.label.flatMap { numbers[$0] } ?? 0 }
  }

  package func with(channels: Int) -> Self {
    var same = self
    same.channels = channels
    return same
  }

  package var count: Int { items.count }
  package func path(at index: Int) -> BytePath { data.files[items[index].file].path }
  package func label(at index: Int) -> Int? { labels.isEmpty ? nil : Int(labels[index]) }
  package func itemName(at index: Int) -> String { items[index].name }

  package func stored(at index: Int) -> StoredPicture? {
    let item = items[index]
    let file = data.files[item.file]
    return StoredPicture(file.path, offset: item.offset, count: item.count, unpacked: file.unpacked)
  }

  package func picture(at index: Int) throws -> Picture { try picture(at: index) { _, _ in 8 }.picture }

  package func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    guard let stored = stored(at: index), !stored.isFile else {
      return try decodePicture(at: path(at: index), channels: channels, eighths: eighths)
    }
    let bytes: Data
    do {
      bytes = try stored.bytes()
    } catch {
      throw DatasetError(
        "\(items[index].name) of \(stored.path.text) cannot be read (\(error)): check that the file exists and is whole.",
        systemCode: error.code == 0 ? nil : error.code)
    }
    guard let layout = data.layout else {
      do {
        return try decodePicture(bytes, channels: channels, eighths: eighths)
      } catch let reason as DatasetError {
        throw DatasetError("\(items[index].name) of \(stored.path.text) cannot be decoded: \(reason).")
      }
    }
    guard channels == 1 || channels == 3 else {
      throw DatasetError(
        "\(items[index].name) of \(stored.path.text) has \(layout.channels) channel\(layout.channels == 1 ? "" : "s") where "
          + "data.channels asks for \(channels).")
    }
    guard let picture = layout.picture(bytes, channels: channels) else {
      throw DatasetError(
        "\(items[index].name) of \(stored.path.text) cannot be decoded: the file ends before the picture.")
    }
    _ = eighths(picture.width, picture.height)
    return ShrunkPicture(picture)
  }

  package func caption(at index: Int) -> String? {
    let item = items[index]
    switch item.caption {
    case .none: return nil
    case .text(let text): return firstLine(of: text)
    case .part(let offset, let count):
      guard let bytes = try? data.files[item.file].bytes(at: offset, count: count),
        let text = String(validating: bytes, as: UTF8.self)
      else { return nil }
      return firstLine(of: text)
    }
  }
}

/// A caption is a line; nil where it is empty.
func firstLine(of text: String) -> String? {
  let line = text.split(whereSeparator: \.isNewline).first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
  return line.isEmpty ? nil : line
}
