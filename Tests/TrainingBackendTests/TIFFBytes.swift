import Foundation

/// TIFF files of many channels, written by the letter of the specification (TIFF 6.0): little-endian, not packed, one
/// strip, 8 bits, the channels of a pixel side by side.
enum TIFFBytes {
  /// - Parameter values: width * height pixels of so many channels.
  static func file(width: Int, height: Int, channels: Int, values: [UInt8]) -> Data {
    func short(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
    func long(_ value: Int) -> [UInt8] { short(value & 65535) + short(value >> 16) }
    // Values of several numbers stand behind the directory, from `free` on.
    let extras = channels - 1
    var entries: [[UInt8]] = []
    let count = extras > 0 ? 10 : 9
    var free = 8 + 2 + 12 * count + 4
    var behind: [UInt8] = []
    func entry(_ tag: Int, _ kind: Int, _ numbers: [Int]) {
      let bytes = numbers.flatMap { kind == 3 ? short($0) : long($0) }
      var place = bytes + [UInt8](repeating: 0, count: max(0, 4 - bytes.count))
      if bytes.count > 4 {
        place = long(free)
        behind += bytes
        free += bytes.count
      }
      entries.append(short(tag) + short(kind) + long(numbers.count) + place)
    }
    let bits = channels * 2 > 4 ? channels * 2 : 0
    let extraBytes = extras * 2 > 4 ? extras * 2 : 0
    entry(256, 4, [width])
    entry(257, 4, [height])
    entry(258, 3, [Int](repeating: 8, count: channels))
    entry(259, 3, [1])
    entry(262, 3, [1])
    entry(273, 4, [8 + 2 + 12 * count + 4 + bits + extraBytes])
    entry(277, 3, [channels])
    entry(278, 4, [height])
    entry(279, 4, [width * height * channels])
    if extras > 0 { entry(338, 3, [Int](repeating: 0, count: extras)) }
    let head: [UInt8] = [0x49, 0x49, 42, 0] + long(8) + short(count)
    return Data(head + entries.flatMap { $0 } + long(0) + behind + values)
  }
}
