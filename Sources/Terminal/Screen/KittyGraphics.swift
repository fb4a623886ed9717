import CImageCodecs
import Canvas
import Foundation

/// What a terminal with Kitty's graphics protocol is told about pictures
/// (https://sw.kovidgoyal.net/kitty/graphics-protocol/).
///
/// A command is `ESC _ G keys ; base64 ESC \`. `q=2` in each asks for no answer, which would come as keys.
package enum KittyGraphics {
  /// Most base64 characters of one command.
  package static let chunkSize = 4096
  /// Number of the question whether the protocol is understood.
  static let questionID = 31

  /// Asks whether pictures can be sent, by one of one pixel that is not kept.
  package static let question = "\u{1B}_Gi=\(questionID),s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"

  /// Takes every picture away and frees its memory.
  package static let deleteAll = "\u{1B}_Ga=d,d=A,q=2\u{1B}\\"
  /// The same wherever the process ends: a command may have been cut off, and is ended first.
  package static let deleteAllAtLast = "\u{1B}\\" + deleteAll

  /// Sends pixels, RGB of 8 bits packed by zlib where that succeeds, and keeps them under a number.
  package static func transmit(_ picture: Picture, id: UInt32) -> [UInt8] {
    let packed = deflated(picture.rgb)
    let text = Array(Data(packed ?? picture.rgb).base64EncodedData())
    var keys =
      "a=t,q=2,i=\(id),f=24,s=\(picture.width),v=\(picture.height)" + (packed == nil ? "," : ",o=z,")
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: chunkSize) {
      let end = min(start + chunkSize, text.count)
      bytes += Array("\u{1B}_G\(keys)m=\(end < text.count ? 1 : 0);".utf8) + text[start..<end] + Array("\u{1B}\\".utf8)
      // The keys are said once.
      keys = "q=2,"
    }
    return bytes
  }

  /// Shows a picture that was sent in a rectangle of cells, above their text; the cursor stays.
  package static func place(id: UInt32, in rect: Rect) -> [UInt8] {
    Array(
      ("\u{1B}7\u{1B}[\(rect.y + 1);\(rect.x + 1)H"
        + "\u{1B}_Ga=p,q=2,i=\(id),p=1,c=\(rect.width),r=\(rect.height),C=1\u{1B}\\\u{1B}8").utf8)
  }

  /// Takes a picture from the screen; its pixels are kept.
  package static func hide(id: UInt32) -> [UInt8] { Array("\u{1B}_Ga=d,d=i,q=2,i=\(id)\u{1B}\\".utf8) }

  /// Takes a picture from the screen and frees its pixels.
  package static func delete(id: UInt32) -> [UInt8] { Array("\u{1B}_Ga=d,d=I,q=2,i=\(id)\u{1B}\\".utf8) }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
    var size = 0
    guard let packed = image_codecs_deflate(bytes, bytes.count, &size) else { return nil }
    defer { free(packed) }
    return Array(UnsafeBufferPointer(start: packed, count: size))
  }
}
