import Files

/// How the numbers in a map's file become classes.
struct MapReading: Sendable, Equatable {
  var content: MapContent
  /// Whether 0 stands for no class and 1 for the first one, as in ADE20K.
  var reducesZero = false
  /// Whether 255 stands for the second of two classes and not for none: black and white masks.
  var isBinary = false
  var classes: Int

  /// - Throws: ``DatasetError`` where the file cannot be read, or has numbers that are no class.
  func map(at path: BytePath) throws -> LabelMap {
    var map = try decodeMap(at: path, content)
    let table = (0...255).map { number(of: $0) }
    var stranger: Int?
    for index in map.values.indices {
      let value = map.values[index]
      guard let number = table[Int(value)] else {
        stranger = Int(value)
        break
      }
      map.values[index] = number
    }
    if let stranger {
      throw DatasetError(
        "the map \(path.text) has a pixel of number \(stranger), which is none of the \(classes) classes: mend it, or give "
          + "segment.classes and segment.reduce_zero_label as the maps have them.")
    }
    return map
  }

  /// nil: the number is no class.
  private func number(of value: Int) -> UInt8? {
    if isBinary, value == 255 { return 1 }
    if value == 255 || reducesZero && value == 0 { return LabelMap.ignored }
    let number = reducesZero ? value - 1 : value
    return number < classes ? UInt8(number) : nil
  }
}
