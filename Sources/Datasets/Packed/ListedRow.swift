import Files
import Foundation

/// A line of a list of pictures: what is said of one of them.
struct ListedRow: Equatable {
  /// By its bytes, as names of files need not be UTF-8.
  var path: [UInt8]?
  var label: String?
  var caption: String?
  var map: [UInt8]?
  var split: String?

  /// What a column can be, with the names that it has in public lists.
  enum Column: CaseIterable {
    case path, label, caption, map, split

    var names: Set<String> {
      switch self {
      case .path:
        [
          "path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path", "img", "img_path",
          "picture", "image_file", "image_id",
        ]
      case .label: ["label", "class", "class_name", "category", "cls", "target", "y", "label_name", "class_id"]
      case .caption: ["caption", "text", "title", "description"]
      case .map: ["mask", "map", "segmentation", "mask_path", "annotation", "mask_file"]
      case .split: ["split", "part", "set", "subset", "fold"]
      }
    }

    /// Whether it names a file, by bytes that need not be UTF-8.
    var isPath: Bool { self == .path || self == .map }

    init?(_ name: String) {
      let word = name.trimmingCharacters(in: .whitespaces).lowercased()
      guard let found = Column.allCases.first(where: { $0.names.contains(word) }) else { return nil }
      self = found
    }
  }

  init() {}

  /// An object of JSON. Of several keys for one column the first by its name counts.
  /// - Throws: where it is none.
  init(json: String) throws {
    guard let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
      throw DatasetError("it is no object of JSON")
    }
    for key in object.keys.sorted() {
      guard let column = Column(key), let text = ListedRow.text(object[key]) else { continue }
      set(column, Array(text.utf8))
    }
  }

  /// Keeps what a column says, unless it is empty or said already.
  mutating func set(_ column: Column, _ value: [UInt8]) {
    guard !value.isEmpty else { return }
    func text() -> String {
      (String(validating: value, as: UTF8.self) ?? BytePath.shown(value[...])).trimmingCharacters(
        in: .whitespacesAndNewlines)
    }
    switch column {
    case .path: path = path ?? value
    case .label: label = label ?? text()
    case .caption: caption = caption ?? text()
    case .map: map = map ?? value
    case .split: split = split ?? text()
    }
  }

  private static func text(_ value: Any?) -> String? {
    switch value {
    case let text as String: text
    case let number as NSNumber: "\(number)"
    default: nil
    }
  }
}
