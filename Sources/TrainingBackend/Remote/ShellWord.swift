import Foundation

/// A text as a POSIX shell takes it as one word.
package func shellWord(_ text: String) -> String {
  let plain = text.unicodeScalars.allSatisfy {
    $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_./=+,:@%".unicodeScalars.contains($0))
  }
  return plain && !text.isEmpty ? text : "'" + text.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
}
