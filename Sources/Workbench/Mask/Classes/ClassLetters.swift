import Canvas
import RunEvents

/// The sign and the colour that a class has in the cells of a picture: signs tell classes apart without colours.
struct ClassLetters {
  private static let signs = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789").map(String.init)
  /// A turn by this part of the circle brings hues that are far from all before (the golden ratio).
  private static let turn = 0.618_033_988_749_895
  static let unknown = "?"

  let maps: ClassMaps
  /// Classes that are in the picture or told there, in the order of their numbers.
  let present: [UInt8]

  init(_ maps: ClassMaps) {
    self.maps = maps
    present = Set(Array(maps.truth) + Array(maps.prediction)).filter { Int($0) < maps.names.count }.sorted()
  }

  /// The same for every picture where there are signs enough; else by the classes of this one.
  func sign(_ number: UInt8) -> String {
    guard number != ClassMaps.unknown else { return Self.unknown }
    let place = maps.names.count <= Self.signs.count ? Int(number) : present.firstIndex(of: number) ?? 0
    return Self.signs[place % Self.signs.count]
  }

  func name(_ number: UInt8) -> String {
    maps.names.indices.contains(Int(number)) ? sanitised(maps.names[Int(number)]) : "unknown"
  }

  /// Of alternating brightness, the first class dark: it is the background where there is one.
  func color(_ number: UInt8) -> PreviewPicture.Color {
    guard number != ClassMaps.unknown else { return .init(red: 0, green: 0, blue: 0) }
    let hue = (Double(number) * Self.turn).truncatingRemainder(dividingBy: 1)
    let value = number == 0 ? 0.3 : [0.95, 0.7][Int(number) % 2]
    func channel(_ offset: Double) -> UInt8 {
      let place = abs(((hue + offset).truncatingRemainder(dividingBy: 1)) * 6 - 3) - 1
      let part = min(max(place, 0), 1)
      return UInt8(255 * value * (1 - 0.75 * (1 - part)))
    }
    return .init(red: channel(0), green: channel(2.0 / 3), blue: channel(1.0 / 3))
  }

  /// Cells of each class that is there: in truth, and as they are told.
  var counts: [(number: UInt8, truth: Int, told: Int)] {
    present.map { number in
      (number, maps.truth.count { $0 == number }, maps.prediction.count { $0 == number })
    }
  }
}
