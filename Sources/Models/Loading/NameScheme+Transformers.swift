/// Names of SigLIP and DINOv3 in transformers.
extension NameScheme {
  /// SigLIP's pooling head, whose attention is torch's own.
  func transformersPoolingPlaces(_ name: String, stem: String, last: String) -> [TensorPlace] {
    switch stem {
    case "attn_pool": return single(["head.probe"])
    case "attn_pool.attn.qkv": return single(["head.attention.in_proj_\(last)"])
    case "attn_pool.attn.proj": return single(["head.attention.out_proj.\(last)"])
    case "attn_pool.norm": return single(["head.layernorm.\(last)"])
    case "attn_pool.mlp.fc1", "attn_pool.mlp.fc2":
      return single(["head.\(stem.dropFirst("attn_pool.".count)).\(last)"])
    default: return []
    }
  }

  /// Inside a block; `name` has lost `blocks.N.`.
  func transformersDINOv3Places(_ name: String, stem: String, last: String) -> [TensorPlace] {
    switch name {
    case "gamma_1": return single(["layer_scale1.lambda1"])
    case "gamma_2": return single(["layer_scale2.lambda1"])
    case "attn.q_bias": return single(["attention.q_proj.bias"])
    case "attn.v_bias": return single(["attention.v_proj.bias"])
    default: break
    }
    switch stem {
    case "attn.qkv": return [TensorPlace(names: ["q", "k", "v"].map { "attention.\($0)_proj.\(last)" })]
    case "attn.proj": return single(["attention.o_proj.\(last)"])
    case "norm1", "norm2": return single(["\(stem).\(last)"])
    // Gated, it has two layers; the other form has `up_proj` alone.
    case "mlp.fc1":
      return [TensorPlace(names: ["mlp.gate_proj.\(last)", "mlp.up_proj.\(last)"])]
        + single(["mlp.up_proj.\(last)"])
    case "mlp.fc2": return single(["mlp.down_proj.\(last)"])
    default: return []
    }
  }
}
