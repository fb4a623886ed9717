import Recipe

/// Four pixels become one of four times the channels: x [B, 2h, 2w, C] -> [B, h, w, 4 C], by (row, column, channel).
package func foldedPixels(_ x: Tensor) -> Tensor {
  precondition(
    x.shape.count == 4 && x.shape[1] % 2 == 0 && x.shape[2] % 2 == 0, "foldedPixels: \(x.shape)")
  let x = x.float32()
  let device = x.device
  let (batch, height, width, channels) = (x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3])
  let y = device.allocate(x.count)
  device.spreadPixelsGradient(
    dy: x.storage, dx: (y, false), batch: batch, height: height, width: width, channels: channels)
  let node = TapeNode.record([x], count: x.count) { [target = x.target] dy in
    let dx = device.allocate(target.count)
    device.spreadPixels(x: dy, y: dx, batch: batch, height: height, width: width, channels: channels)
    target.give(dx)
  }
  return Tensor(storage: y, shape: [batch, height, width, 4 * channels], device: device, node: node)
}

/// One pixel becomes four of a quarter of the channels: x [B, h, w, 4 C] -> [B, 2h, 2w, C], the opposite of
/// ``foldedPixels(_:)``.
package func unfoldedPixels(_ x: Tensor) -> Tensor {
  precondition(x.shape.count == 4 && x.shape[3] % 4 == 0, "unfoldedPixels: \(x.shape)")
  let x = x.float32()
  let device = x.device
  let (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3] / 4)
  let y = device.allocate(x.count)
  device.spreadPixels(x: x.storage, y: y, batch: batch, height: height, width: width, channels: channels)
  let node = TapeNode.record([x], count: x.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.spreadPixelsGradient(dy: dy, dx: dx, batch: batch, height: height, width: width, channels: channels)
  }
  return Tensor(storage: y, shape: [batch, 2 * height, 2 * width, channels], device: device, node: node)
}

/// A 4x4 convolution with stride 2 and padding 1, as torch's `conv2d`, without bias: it halves a map's sides.
///
/// Four pixels folded into one, it is a 3x3 convolution whose windows reach a pixel further than 4x4 ones: the weight
/// is spread over them with zeros there.
/// - Parameters:
///   - x: [B, 2h, 2w, I]
///   - weight: [O, 16 I], the inputs by (row, column, channel) of the window
///   - precision: number format of the products, forward and backward
/// - Returns: [B, h, w, O]
package func halvingConvolution(_ x: Tensor, weight: Tensor, precision: Precision = .float32) -> Tensor {
  let (inputs, outputs) = (x.columns, weight.shape[0])
  precondition(weight.columns == 16 * inputs, "halvingConvolution: input \(x.shape), weight \(weight.shape)")
  let none = Int32(16 * outputs)
  // Window row r of 3, row a of the folded pixel: the row 2 r + a - 1 of the 4x4 window.
  let places = (0..<outputs).flatMap { output in
    windowPlaces.flatMap { r, c in
      (0..<4).map { folded in
        let (row, column) = (2 * r + folded / 2 - 1, 2 * c + folded % 2 - 1)
        return (0..<4).contains(row) && (0..<4).contains(column) ? Int32(16 * output + 4 * row + column) : none
      }
    }
  }
  return convolution(
    foldedPixels(x),
    weight: spread(weight.reshaped([16 * outputs, inputs]), places).reshaped([outputs, 36 * inputs]),
    precision: precision)
}

/// A transposed 4x4 convolution with stride 2 and padding 1, as torch's `conv_transpose2d`, without bias: it doubles a
/// map's sides.
///
/// Each of the four pixels that one becomes is a 2x2 convolution: the four are one of 3x3 with zeros elsewhere.
/// - Parameters:
///   - x: [B, h, w, I]
///   - weight: [16 O, I], the outputs by (row, column, channel) of the window
///   - precision: number format of the products, forward and backward
/// - Returns: [B, 2h, 2w, O]
package func doublingConvolution(_ x: Tensor, weight: Tensor, precision: Precision = .float32) -> Tensor {
  let (inputs, outputs) = (x.columns, weight.shape[0] / 16)
  precondition(
    weight.columns == inputs && weight.shape[0] == 16 * outputs,
    "doublingConvolution: input \(x.shape), weight \(weight.shape)")
  let none = Int32(16 * outputs)
  // Pixel a of two takes from the input r - 1 lines further by the row a + 3 - 2 r of the 4x4 window.
  let places = (0..<4).flatMap { pixel in
    (0..<outputs).flatMap { output in
      windowPlaces.map { r, c in
        let (row, column) = (pixel / 2 + 3 - 2 * r, pixel % 2 + 3 - 2 * c)
        return (0..<4).contains(row) && (0..<4).contains(column) ? Int32((4 * row + column) * outputs + output) : none
      }
    }
  }
  return unfoldedPixels(
    convolution(x, weight: spread(weight, places).reshaped([4 * outputs, 9 * inputs]), precision: precision))
}

/// Rows and columns of a 3x3 window.
private let windowPlaces = (0..<9).map { ($0 / 3, $0 % 3) }

/// Rows of a weight by number; the one behind the last is 0.
private func spread(_ weight: Tensor, _ places: [Int32]) -> Tensor {
  gatherRows(concatenateRows([weight, .zeros([1, weight.columns], device: weight.device)]), places)
}
