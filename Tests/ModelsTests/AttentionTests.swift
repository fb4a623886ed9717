import Foundation
import Models
import Tensors
import Testing

/// Attention of every block, head and token is what transformers computes (Fixtures/make_attention.py).
@Suite struct AttentionTests {
  @Test(arguments: ["clip-gelu", "dinov2", "beit"])
  func agreesInEveryBlockAndHead(_ name: String) throws {
    let device = CPUDevice()
    let vision = try loadVision(from: fixture("models/\(name)"), device: device)
    let expected = try SafetensorsFile(fixture("attention.safetensors"))
    let pixels = Tensor(
      try expected.floats("\(name)/pixels"), shape: expected.shape("\(name)/pixels") ?? [], device: device)
    let attention = try expected.floats("\(name)/attention")
    let shape = try #require(expected.shape("\(name)/attention"))
    let (blocks, heads, tokens) = (shape[0], shape[1], shape[2])
    var most: Float = 0
    for block in 0..<blocks {
      for query in 0..<tokens {
        let seen = vision.model.attention(pixels, normalization: vision.normalization, block: block, query: query)
        #expect(seen.count == heads * tokens)
        for head in 0..<heads {
          let start = ((block * heads + head) * tokens + query) * tokens
          for token in 0..<tokens { most = max(most, abs(seen[head * tokens + token] - attention[start + token])) }
        }
      }
    }
    #expect(most < 1e-5, "\(most)")
    #expect(vision.model.attention(pixels, normalization: vision.normalization, block: blocks, query: 0).isEmpty)
  }
}
