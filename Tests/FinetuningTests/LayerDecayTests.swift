import Finetuning
import Testing

/// BEiT's layers (microsoft/unilm `beit/optim_factory.py`).
@Suite struct LayerDecayTests {
  @Test(arguments: [
    ("cls_token", 0), ("pos_embed", 0), ("patch_embed.proj.weight", 0), ("blocks.0.norm1.weight", 1),
    ("blocks.11.attn.relative_position_bias_table", 12), ("norm.weight", 13), ("fc_norm.bias", 13),
    ("head.weight", 13),
  ])
  func layersAreNumbered(name: String, layer: Int) {
    #expect(LayerDecay(rate: 0.65, depth: 12).layer(of: name) == layer)
  }

  @Test func lowerLayersLearnLess() {
    let decay = LayerDecay(rate: 0.65, depth: 12)
    #expect(decay.scale(of: 13) == 1 && abs(decay.scale(of: 12) - 0.65) < 1e-7)
    // .65^13
    #expect(abs(decay.scale(of: 0) - 0.003_697_205) < 1e-7)
  }
}
