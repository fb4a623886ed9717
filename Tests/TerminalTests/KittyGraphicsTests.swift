import Canvas
import Foundation
import Terminal
import Testing

@Suite struct KittyGraphicsTests {
  /// A picture that zlib cannot make smaller: one command does not hold it.
  private static func noise(side: Int) throws -> Picture {
    var value: UInt32 = 1
    let bytes = (0..<(side * side * 3)).map { _ -> UInt8 in
      value = value &* 1_664_525 &+ 1_013_904_223
      return UInt8(value >> 24)
    }
    return try #require(Picture(width: side, height: side, rgb: bytes))
  }

  /// Keys and payload of each command.
  private func commands(_ bytes: [UInt8]) -> [(keys: String, payload: String)] {
    String(decoding: bytes, as: UTF8.self).components(separatedBy: "\u{1B}\\").dropLast().map { text in
      let parts = text.dropFirst(3).split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      return (String(text.prefix(3)) == "\u{1B}_G" ? parts[0] : "not a command", parts.count > 1 ? parts[1] : "")
    }
  }

  @Test func aSmallPictureIsOneCommand() throws {
    let picture = try #require(Picture(width: 2, height: 1, rgb: [255, 0, 0, 0, 0, 255]))
    let sent = commands(KittyGraphics.transmit(picture, id: 7))
    #expect(sent.map(\.keys) == ["a=t,q=2,i=7,f=24,s=2,v=1,o=z,m=0"])
    // A zlib stream of 32 kB windows.
    #expect(Data(base64Encoded: sent[0].payload)?.first == 0x78)
  }

  @Test func aLargePictureComesInChunks() throws {
    let sent = commands(KittyGraphics.transmit(try Self.noise(side: 100), id: 9))
    #expect(sent.count == 10)
    #expect(sent[0].keys == "a=t,q=2,i=9,f=24,s=100,v=100,o=z,m=1")
    #expect(sent[1..<9].allSatisfy { $0.keys == "q=2,m=1" } && sent[9].keys == "q=2,m=0")
    #expect(sent.dropLast().allSatisfy { $0.payload.count == KittyGraphics.chunkSize })
    #expect(sent.allSatisfy { $0.payload.count <= 4096 && $0.payload.count % 4 == 0 })
    let packed = try #require(Data(base64Encoded: sent.map(\.payload).joined()))
    #expect(packed.count > 30_000 && packed.count < 30_100)
  }

  @Test func likeColoursTakeFewBytes() throws {
    let rgb = (0..<(128 * 128)).flatMap { UInt8($0 / 2048) % 2 == 0 ? [10, 20, 30] : [200, 100, 0] as [UInt8] }
    let picture = try #require(Picture(width: 128, height: 128, rgb: rgb))
    #expect(KittyGraphics.transmit(picture, id: 1).count < 600)
  }

  @Test func placesAndDeletions() {
    let rect = Rect(x: 3, y: 1, width: 20, height: 10)
    #expect(
      String(decoding: KittyGraphics.place(id: 5, in: rect), as: UTF8.self)
        == "\u{1B}7\u{1B}[2;4H\u{1B}_Ga=p,q=2,i=5,p=1,c=20,r=10,C=1\u{1B}\\\u{1B}8")
    #expect(String(decoding: KittyGraphics.hide(id: 5), as: UTF8.self) == "\u{1B}_Ga=d,d=i,q=2,i=5\u{1B}\\")
    #expect(String(decoding: KittyGraphics.delete(id: 5), as: UTF8.self) == "\u{1B}_Ga=d,d=I,q=2,i=5\u{1B}\\")
    #expect(KittyGraphics.deleteAllAtLast == "\u{1B}\\\u{1B}_Ga=d,d=A,q=2\u{1B}\\")
    // What the restoration of the terminal has room for.
    #expect(KittyGraphics.deleteAllAtLast.utf8.count < 64)
  }
}
