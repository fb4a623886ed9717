import Files
import Foundation

/// A list of pictures as a file: rows of fields (CSV) with a line that names the columns, or an object of JSON a line,
/// with a path, and perhaps a label, a caption, a map of the pixels' classes and the part of the data. Paths are
/// relative to the list's folder.
struct ListedPictures {
  private(set) var items: [PackedItem] = []
  private(set) var files: [PackedFile] = []
  private(set) var leftOut = LeftOut()

  private static let mostBytes = 1 << 30

  /// - Parameter delimiter: between fields; nil: as the first line shows.
  /// - Throws: ``DatasetError`` where the list cannot be read, or names no picture that is there.
  init(_ list: BytePath, isJSON: Bool, delimiter: UInt8? = nil) throws {
    let bytes: [UInt8]
    do {
      bytes = try [UInt8](RegularFile.read(list, limit: Self.mostBytes))
    } catch {
      throw DatasetError("the list \(list.text) \(error.description): give another.", systemCode: error.code)
    }
    guard TextEncoding(bytes.prefix(4)) != .wide else {
      throw DatasetError("the list \(list.text) is a text in UTF-16: save it as UTF-8.")
    }
    var missing = 0
    var checked: [[UInt8]: Int] = [:]
    func place(_ name: [UInt8], _ files: inout [PackedFile]) -> Int? {
      if let known = checked[name] { return known }
      let path = name.first == UInt8(ascii: "/") ? BytePath(bytes: name) : list.folder.appending(name)
      guard path.status != nil else { return nil }
      files.append(PackedFile(path))
      checked[name] = files.count - 1
      return files.count - 1
    }
    try Self.rows(bytes, isJSON: isJSON, delimiter, list) { line, row in
      guard let row, let name = row.path else { return leftOut.add(.badRow, "line \(line)") }
      guard let file = place(name, &files) else {
        missing += 1
        return leftOut.add(.missing, BytePath.shown(name[...]))
      }
      var item = PackedItem(name: BytePath.shown(name[...]), file: file)
      item.label = row.label
      if let caption = row.caption { item.caption = .text(caption) }
      if let map = row.map {
        item.map = place(map, &files)
        if item.map == nil { leftOut.add(.missing, BytePath.shown(map[...])) }
      }
      item.role = row.split.flatMap(SplitRole.init(folderName:))
      items.append(item)
    }
    guard !items.isEmpty, items.count >= missing else {
      throw DatasetError(
        missing > 0
          ? "\(missing) of the \(missing + items.count) pictures that \(list.text) names are not there (\(leftOut.names(of: .missing))): their paths are relative to the list's folder."
          : "\(list.text) names no picture\(leftOut.isEmpty ? "" : " (\(leftOut.words.joined(separator: "; ")))"): give a line with a path for each."
      )
    }
  }

  /// - Parameter body: is told the number of the line and what it says; nil where it cannot be read.
  private static func rows(
    _ bytes: [UInt8], isJSON: Bool, _ delimiter: UInt8?, _ list: BytePath, _ body: (Int, ListedRow?) -> Void
  ) throws {
    if isJSON {
      for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        guard !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") })
        else {
          continue
        }
        body(number + 1, String(validating: line, as: UTF8.self).flatMap { try? ListedRow(json: $0) })
      }
      return
    }
    var text = DelimitedText(bytes, delimiter: delimiter)
    guard let first = text.next() else { return }
    // Paths are bytes; words have to be readable.
    func row(_ fields: [[UInt8]], _ columns: [ListedRow.Column?]) throws -> ListedRow {
      var row = ListedRow()
      for (column, field) in zip(columns, fields) {
        guard let column else { continue }
        guard column.isPath || String(validating: field, as: UTF8.self) != nil else {
          throw DatasetError(
            "the list \(list.text) has a \(column) in line \(text.line) that is no UTF-8 (\(BytePath.shown(field[...])); Latin-1 or Windows-1252, perhaps): save the list as UTF-8."
          )
        }
        row.set(column, field)
      }
      return row
    }
    var columns = first.map { ListedRow.Column(String(decoding: $0, as: UTF8.self)) }
    if !columns.contains(.path) {
      guard !columns.contains(where: { $0 != nil }) else {
        throw DatasetError(
          "the list \(list.text) has columns \(alternativesShown(first)), none of which is a path: call one path.")
      }
      // No names of columns: paths, then labels.
      columns = [.path, .label]
      body(text.line, try row(first, columns))
    }
    while let fields = text.next() { body(text.line, try row(fields, columns)) }
  }

  private static func alternativesShown(_ fields: [[UInt8]]) -> String {
    Datasets.listed(fields.map { BytePath.shown($0[...]) }, most: 6)
  }
}
