import CTorch

extension TorchDevice {
  package func attention(
    qkv: Storage, bias: Storage?, out: Storage, keeps: Bool, shape: AttentionShape
  ) -> Storage? {
    call.pointee.attention(device, array(qkv), array(bias), array(out), keeps, shape.torch).map {
      TorchStorage($0, count: 0, precision: qkv.precision, core: core)
    }
  }

  package func attentionGradient(
    qkv: Storage, bias: Storage?, kept: Storage?, dout: Storage, dqkv: Destination?, dbias: Destination?,
    shape: AttentionShape
  ) {
    call.pointee.attention_gradient(
      device, array(qkv), array(bias), array(kept), array(dout), target(dqkv), target(dbias), shape.torch)
  }

  package func attentionRow(qkv: Storage, bias: Storage?, query: Int, out: Storage, shape: AttentionShape) {
    call.pointee.attention_row(device, array(qkv), array(bias), Int64(query), array(out), shape.torch)
  }

  package func rotate(qkv: Storage, by rotation: Rotation, into y: Storage, shape: AttentionShape, backward: Bool) {
    call.pointee.rotate(
      device, array(qkv), array(rotation.cosines.storage), array(rotation.sines.storage), rotation.isHalved, backward,
      array(y), shape.torch)
  }
}

extension AttentionShape {
  fileprivate var torch: mvp_torch_attention {
    mvp_torch_attention(
      batch: Int64(batch), tokens: Int64(tokens), heads: Int64(heads), head_width: Int64(headWidth), causal: causal)
  }
}
