/// Names of timm's and of authors who build on it: EVA's, DINOv2's and DINOv3's.
extension NameScheme {
  /// Inside a block; `name` has lost `blocks.N.`.
  func timmBlockPlaces(_ name: String, stem: String, last: String) -> [TensorPlace] {
    switch name {
    case "gamma_1": return single([name, "ls1.gamma"])
    case "gamma_2": return single([name, "ls2.gamma"])
    case "attn.q_bias": return single([name, "attn.q_proj.bias"])
    case "attn.v_bias": return single([name, "attn.v_proj.bias"])
    default: break
    }
    switch stem {
    case "attn.qkv":
      return single([name]) + [TensorPlace(names: ["q", "k", "v"].map { "attn.\($0)_proj.\(last)" })]
    // EVA's normalisation of the heads' values.
    case "attn.norm": return single([name, "attn.inner_attn_ln.\(last)"])
    // TIPS as transformers keeps it has names of its own. A gated first layer is in one piece or in two: timm's,
    // DINOv2's; EVA's in timm, its authors' and DINOv3's.
    case "mlp.fc1":
      return single([name, "mlp.w12.\(last)", "mlp.c_fc.\(last)"]) + [
        TensorPlace(names: ["mlp.fc1_g.\(last)", "mlp.fc1_x.\(last)"]),
        TensorPlace(names: ["mlp.w1.\(last)", "mlp.w2.\(last)"]),
      ]
    case "mlp.fc2": return single([name, "mlp.w3.\(last)", "mlp.c_proj.\(last)"])
    case "mlp.norm": return single([name, "mlp.ffn_ln.\(last)"])
    default: return single([name])
    }
  }

  /// The learned token that asks the patches, as timm has it: queries apart from keys and values.
  func timmPoolingPlaces(_ name: String, stem: String, last: String) -> [TensorPlace] {
    switch stem {
    case "attn_pool.attn.qkv":
      return [TensorPlace(names: ["attn_pool.q.\(last)", "attn_pool.kv.\(last)"])]
        + single([name])
    case "attn_pool.attn.proj": return single(["attn_pool.proj.\(last)", name])
    default: return single([name])
    }
  }
}
