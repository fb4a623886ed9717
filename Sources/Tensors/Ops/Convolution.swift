import Recipe

/// Sizes of a 3x3 convolution with padding 1 and stride 1.
package struct ConvolutionShape: Equatable, Sendable {
  package var batch: Int
  package var height: Int
  package var width: Int
  package var inputs: Int
  package var outputs: Int

  var pixels: Int { batch * height * width }
}

package protocol ConvolutionKernels {
  /// y[B,H,W,O] = products of the 3x3 windows of x[B,H,W,I] with weight[O,9I], in x's number format
  func convolution(x: Storage, weight: Storage, y: Storage, shape: ConvolutionShape)
  /// Gradients from dy[B,H,W,O] and x, products in the given number format.
  func convolutionGradient(
    dy: Storage, x: Storage, weight: Storage, precision: Precision, dx: Destination?, dw: Destination?,
    shape: ConvolutionShape)
  /// x [B,h,w,2,2,C] -> y [B,2h,2w,C]: each pixel becomes four
  func spreadPixels(x: Storage, y: Storage, batch: Int, height: Int, width: Int, channels: Int)
  func spreadPixelsGradient(dy: Storage, dx: Destination, batch: Int, height: Int, width: Int, channels: Int)
}

/// A 3x3 convolution with padding 1 and stride 1, as torch's `conv2d`, without bias.
/// - Parameters:
///   - x: [B, H, W, I]
///   - weight: [O, 9 I], the inputs by (row, column, channel) of the window
///   - precision: number format of the products, forward and backward
/// - Returns: [B, H, W, O]
package func convolution(_ x: Tensor, weight: Tensor, precision: Precision = .float32) -> Tensor {
  let device = x.device
  precondition(
    x.shape.count == 4 && weight.columns == 9 * x.columns, "convolution: input \(x.shape), weight \(weight.shape)")
  let shape = ConvolutionShape(
    batch: x.shape[0], height: x.shape[1], width: x.shape[2], inputs: x.columns, outputs: weight.shape[0])
  let input = device.converted(x.storage, to: precision)
  let y = device.allocate(shape.pixels * shape.outputs)
  device.convolution(x: input, weight: weight.storage, y: y, shape: shape)

  // dx = windows of dy, the weight's turned by half a turn;  dw = dy^T windows of x
  let node = TapeNode.record([x, weight], count: y.count) { [x = x.target, weight] dy in
    device.convolutionGradient(
      dy: dy, x: input, weight: weight.storage, precision: precision, dx: x.destination(),
      dw: weight.target.destination(), shape: shape)
  }
  return Tensor(storage: y, shape: x.shape.dropLast() + [shape.outputs], device: device, node: node)
}

/// A transposed 2x2 convolution with stride 2, as torch's `conv_transpose2d`: each pixel becomes four.
/// - Parameters:
///   - x: [B, h, w, I]
///   - weight: [4 O, I], the outputs by (row, column, channel)
///   - bias: [O]
///   - precision: number format of the products, forward and backward
/// - Returns: [B, 2h, 2w, O]
package func transposedConvolution(
  _ x: Tensor, weight: Tensor, bias: Tensor?, precision: Precision = .float32
) -> Tensor {
  let device = x.device
  let (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], weight.shape[0] / 4)
  let wide = linear(
    x, weight: weight, bias: bias.map { concatenateRows([$0, $0, $0, $0]) }, precision: precision)
  let y = device.allocate(wide.count)
  device.spreadPixels(x: wide.storage, y: y, batch: batch, height: height, width: width, channels: channels)
  let node = TapeNode.record([wide], count: y.count) { [target = wide.target] dy in
    guard let dx = target.destination() else { return }
    device.spreadPixelsGradient(dy: dy, dx: dx, batch: batch, height: height, width: width, channels: channels)
  }
  return Tensor(storage: y, shape: [batch, 2 * height, 2 * width, channels], device: device, node: node)
}
