import Foundation

/// Tar files written by the letter of POSIX.
enum TarBytes {
  static func file(_ entries: [(String, Data)]) -> Data {
    entries.reduce(Data()) { $0 + entry($1.0, $1.1) } + Data(count: 1024)
  }

  /// A header and the content in blocks of 512 bytes.
  static func entry(_ name: String, _ content: Data, kind: Character = "0") -> Data {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    func octal(_ number: Int, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(String(name.prefix(99)), at: 0)
    put(octal(0o644, 7), at: 100)
    put(octal(content.count, 11), at: 124)
    put("        ", at: 148)
    put(String(kind), at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
    header[154] = 0
    return Data(header) + content + Data(count: (512 - content.count % 512) % 512)
  }
}
