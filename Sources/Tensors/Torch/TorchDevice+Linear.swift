import CTorch
import Recipe

extension TorchDevice {
  package func linear(
    x: Storage, weight: Storage, bias: Storage?, addedTo a: Storage?, y: Storage, rows: Int, inputs: Int, outputs: Int
  ) {
    call.pointee.linear(
      device, array(x), array(weight), array(bias), array(a), array(y), Int64(rows), Int64(inputs), Int64(outputs))
  }

  package func linearGradient(
    dy: Storage, x: (() -> Storage)?, weight: Storage, precision: Precision, dx: Destination?, dw: Destination?,
    db: Destination?, rows: Int, inputs: Int, outputs: Int
  ) {
    if let db { columnSums(dy, into: db, rows: rows, columns: outputs) }
    guard dx != nil || dw != nil else { return }
    let dy = converted(dy, to: precision)
    if let dx {
      inputGradient(dy: dy, weight: weight, dx: dx, rows: rows, inputs: inputs, outputs: outputs)
    }
    if let dw, let x { weightGradient(dy: dy, x: x(), dw: dw, rows: rows, inputs: inputs, outputs: outputs) }
  }

  // Storages are arguments here: what is an argument lives until the library has been asked.

  private func inputGradient(dy: Storage, weight: Storage, dx: Destination, rows: Int, inputs: Int, outputs: Int) {
    call.pointee.input_gradient(
      device, array(dy), array(weight), dy.precision == .bfloat16, target(dx), Int64(rows), Int64(inputs),
      Int64(outputs))
  }

  private func weightGradient(dy: Storage, x: Storage, dw: Destination, rows: Int, inputs: Int, outputs: Int) {
    call.pointee.weight_gradient(
      device, array(dy), array(x), dy.precision == .bfloat16, target(dw), Int64(rows), Int64(inputs), Int64(outputs))
  }

  package func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int) {
    call.pointee.column_sums(device, array(x), target(out), Int64(rows), Int64(columns))
  }

  package func feedForward(
    x: Storage, parameters: FeedForwardParts<Storage>, addedTo a: Storage?, z: Storage?, y: Storage,
    shape: FeedForwardShape
  ) {
    feedForwardByLayers(x: x, parameters: parameters, addedTo: a, z: z, y: y, shape: shape)
  }

  package func feedForwardGradient(
    dy: Storage, z: Storage, x: (() -> Storage)?, parameters: FeedForwardParts<Storage>, dx: Destination?,
    gradients: FeedForwardParts<Destination?>, shape: FeedForwardShape
  ) {
    feedForwardGradientByLayers(
      dy: dy, z: z, x: x, parameters: parameters, dx: dx, gradients: gradients, shape: shape)
  }
}
