import Foundation
import Testing
import TrainingBackend

/// What a server says before a file, as `mvp weights pull` reads it.
@Suite struct ResponseHeadTests {
  private func heads(_ text: String) throws -> (heads: [ResponseHead], rest: String) {
    var bytes = Data(text.utf8)
    var heads: [ResponseHead] = []
    while let head = try ResponseHead.take(from: &bytes) { heads.append(head) }
    return (heads, String(decoding: bytes, as: UTF8.self))
  }

  @Test func headsOfRedirectionsStandBeforeTheLast() throws {
    let found = try heads(
      "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 9\r\n\r\n"
        + "HTTP/2 206 \r\ncontent-range: bytes 100-199/200\r\nETag: \"one\"\r\n\r\nabc\r\n")
    #expect(found.heads.map(\.status) == [302, 206] && found.rest == "abc\r\n")
    #expect(found.heads.map(\.isPassing) == [true, false])
    let range = found.heads[1].range
    #expect(range.start == 100 && range.whole == 200 && found.heads[1].validator == "\"one\"")
  }

  @Test func aWeakTagIsNoValidator() throws {
    let found = try heads("HTTP/1.1 200 OK\r\nETag: W/\"one\"\r\nLast-Modified: then\r\n\r\n")
    #expect(found.heads.first?.validator == "then" && found.heads.first?.reason == "OK")
  }

  @Test(arguments: ["-1", "9223372036854775807", "x", ""]) func whatIsNoSizeIsNone(_ text: String) throws {
    let found = try heads("HTTP/1.1 416 No\r\nContent-Length: \(text)\r\nContent-Range: bytes */\(text)\r\n\r\n")
    #expect(found.heads.first?.length == nil && found.heads.first?.range.whole == nil)
  }

  @Test func whatIsNoAnswerIsRefused() {
    #expect(throws: BackendError.self) { try heads("220 mail\r\n\r\n") }
    #expect(throws: BackendError.self) { try heads(String(repeating: "x", count: 1 << 16)) }
    #expect(throws: Never.self) { try heads("HTTP/1.1 200") }
  }
}
