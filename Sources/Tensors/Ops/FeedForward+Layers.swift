import Recipe

/// A feed-forward part one layer after the other: for devices, and products, that do not go block by block.
extension ComputeDevice {
  func feedForwardByLayers(
    x: Storage, parameters: FeedForwardParts<Storage>, addedTo a: Storage?, z: Storage?, y: Storage,
    shape: FeedForwardShape
  ) {
    let count = shape.rows * shape.hidden
    let sums = z ?? allocate(count, x.precision)
    linear(
      x: x, weight: parameters.firstWeight, bias: parameters.firstBias, addedTo: nil, y: sums, rows: shape.rows,
      inputs: shape.inputs, outputs: shape.hidden)
    let activations = z == nil ? sums : allocate(count, x.precision)
    activate(sums, into: activations, count: count, activation: shape.activation)
    linear(
      x: activations, weight: parameters.secondWeight, bias: parameters.secondBias, addedTo: a, y: y, rows: shape.rows,
      inputs: shape.hidden, outputs: shape.outputs)
  }

  func feedForwardGradientByLayers(
    dy: Storage, z: Storage, x: (() -> Storage)?, parameters: FeedForwardParts<Storage>, dx: Destination?,
    gradients: FeedForwardParts<Destination?>, shape: FeedForwardShape
  ) {
    let count = shape.rows * shape.hidden
    let dh = allocate(count, z.precision)
    linearGradient(
      dy: dy,
      x: {
        let activations = self.allocate(count, z.precision)
        self.activate(z, into: activations, count: count, activation: shape.activation)
        return activations
      }, weight: parameters.secondWeight, precision: z.precision, dx: (dh, false), dw: gradients.secondWeight,
      db: gradients.secondBias ?? nil, rows: shape.rows, inputs: shape.hidden, outputs: shape.outputs)
    activationGradient(x: z, dy: dh, dx: z, count: count, activation: shape.activation)
    linearGradient(
      dy: z, x: x, weight: parameters.firstWeight, precision: z.precision, dx: dx, dw: gradients.firstWeight,
      db: gradients.firstBias ?? nil, rows: shape.rows, inputs: shape.inputs, outputs: shape.hidden)
  }
}
