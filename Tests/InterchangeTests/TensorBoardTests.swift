import Foundation
import Interchange
import Testing

@Suite struct TensorBoardTests {
  /// RFC 3720, B.4.
  @Test func checksumsAreThoseOfTheStandard() {
    func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32C.checksum($0) } }
    #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(checksum(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(checksum(Array(0..<32)) == 0x46DD_794E)
  }

  @Test func eventsAreReadBack() throws {
    var data = Data()
    TensorBoardEvent.appendVersion(time: 5, to: &data)
    let first = TensorBoardEvent(time: 7.5, step: 1, numbers: [("train/loss", -0.5), ("eval/knn", 0.25)])
    let far = TensorBoardEvent(time: 8, step: 1 << 40, numbers: [("ä", .infinity)])
    first.append(to: &data)
    far.append(to: &data)
    var events: [TensorBoardEvent] = []
    #expect(try TensorBoardEvent.read(data) { events.append($0) } == 0)
    #expect(events == [first, far])
  }

  /// As tensorboard's own writer has it: scalars as tensors (`tf.summary.scalar` of TensorFlow 2).
  @Test func tensorsOfOneNumberAreScalars() throws {
    var tensor = ProtobufWriter()
    tensor.add(1, 1)
    tensor.add(5, Float(0.125))
    var value = ProtobufWriter()
    value.add(1, "loss")
    value.add(8, tensor)
    var summary = ProtobufWriter()
    summary.add(1, value)
    var event = ProtobufWriter()
    event.add(1, 3.0)
    event.add(2, 12)
    event.add(5, summary)
    var data = Data()
    TFRecord.append(event.bytes, to: &data)
    var events: [TensorBoardEvent] = []
    _ = try TensorBoardEvent.read(data) { events.append($0) }
    #expect(events == [TensorBoardEvent(time: 3, step: 12, numbers: [("loss", 0.125)])])
  }

  @Test func whatIsCutOffIsCounted() throws {
    var data = Data()
    TensorBoardEvent.appendVersion(time: 5, to: &data)
    let whole = data.count
    TensorBoardEvent(time: 7, step: 1, numbers: [("loss", 1)]).append(to: &data)
    for end in whole..<data.count {
      var count = 0
      let rest = try TensorBoardEvent.read(data.prefix(end)) { _ in count += 1 }
      #expect(rest == end - whole && count == 0)
    }
    var damaged = data
    damaged[whole + 20] ^= 1
    #expect(try TensorBoardEvent.read(damaged) { _ in } == data.count - whole)
    #expect(throws: InterchangeError.self) { try TensorBoardEvent.read(Data("no events".utf8)) { _ in } }
  }
}
