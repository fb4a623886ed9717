import Foundation
import Models
import Testing

@Suite struct WeightsContainerTests {
  private func reason(_ bytes: [UInt8]) -> String {
    do {
      _ = try openWeights(bytes: Data(bytes), url: URL(fileURLWithPath: "/w/file"))
      return "is taken"
    } catch { return "\(error)" }
  }

  private static let contents: [(bytes: [UInt8], words: String)] = [
    (Array("Notes of mine\nand more".utf8), "is a text that begins \"Notes of mine\", not weights"),
    (Array(String(repeating: "é1\t", count: 900).utf8), "is a text that begins"),
    ([0x43, 0x61, 0x66, 0xE9], "is a text that begins"),
    ([0xFF, 0xFE, 0x61, 0], "is a text in UTF-16"),
    (Array("%PDF-1.4\n".utf8), "is a PDF document"),
    ([0x08, 0x07, 0x12, 0x0C], "is a model of ONNX"),
    ([UInt8](repeating: 0, count: 64), "begins with the bytes 00 00 00 00 00 00 00 00"),
    ([UInt8](0...255), "begins with the bytes 00 01 02 03 04 05 06 07"),
    ([], "it is 0 bytes long"),
    ([1, 2, 3], "it is 3 bytes long"),
    ([200, 0, 0, 0, 0, 0, 0, 0, 1], "its header claims 200 bytes"),
  ]

  @Test(arguments: contents)
  func whatIsNoWeightsIsNamed(bytes: [UInt8], words: String) {
    let said = reason(bytes)
    #expect(said.contains(words) && said.hasPrefix("/w/file: "), "\(said)")
  }
}
