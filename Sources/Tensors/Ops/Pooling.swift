package protocol PoolingKernels {
  /// x [B,H,W,C] -> y [B,H/2,W/2,C], the largest of each 2x2 window
  func maxPool(x: Storage, y: Storage, batch: Int, height: Int, width: Int, channels: Int)
  func maxPoolGradient(
    x: Storage, dy: Storage, dx: Destination, batch: Int, height: Int, width: Int, channels: Int)
  /// x [B,H,W,C] -> y [B,size,size,C], means
  func averagePool(x: Storage, y: Storage, size: Int, batch: Int, height: Int, width: Int, channels: Int)
  func averagePoolGradient(
    dy: Storage, dx: Destination, size: Int, batch: Int, height: Int, width: Int, channels: Int)
  /// y [B,R,C] = x [B,R,C] * factors [B,C]
  func scaleChannels(x: Storage, factors: [Float], y: Destination, batch: Int, rows: Int, channels: Int)
}

/// The largest of each 2x2 window by channel, as torch's `max_pool2d`; of an odd number of lines the last is left out.
/// - Parameters:
///   - x: [B, H, W, C] of two lines and columns or more
/// - Returns: [B, H / 2, W / 2, C]
package func maxPool(_ x: Tensor) -> Tensor {
  let x = x.float32()
  let device = x.device
  let (batch, height, width, channels) = mapShape(x)
  precondition(height > 1 && width > 1, "maxPool: \(x.shape)")
  let shape = [batch, height / 2, width / 2, channels]
  let y = device.allocate(shape.reduce(1, *))
  device.maxPool(x: x.storage, y: y, batch: batch, height: height, width: width, channels: channels)
  let node = TapeNode.record([x], count: y.count) { [x] dy in
    guard let dx = x.target.destination() else { return }
    device.maxPoolGradient(
      x: x.storage, dy: dy, dx: dx, batch: batch, height: height, width: width, channels: channels)
  }
  return Tensor(storage: y, shape: shape, device: device, node: node)
}

/// Means over `size` x `size` parts of a map, as torch's `adaptive_avg_pool2d`: part i is made of lines
/// floor(i H / size) ..< ceil((i + 1) H / size), so that parts may overlap.
/// - Parameters:
///   - x: [B, H, W, C]
/// - Returns: [B, size, size, C]
package func averagePool(_ x: Tensor, size: Int) -> Tensor {
  let x = x.float32()
  let device = x.device
  let (batch, height, width, channels) = mapShape(x)
  let y = device.allocate(batch * size * size * channels)
  device.averagePool(
    x: x.storage, y: y, size: size, batch: batch, height: height, width: width, channels: channels)
  let node = TapeNode.record([x], count: y.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.averagePoolGradient(
      dy: dy, dx: dx, size: size, batch: batch, height: height, width: width, channels: channels)
  }
  return Tensor(storage: y, shape: [batch, size, size, channels], device: device, node: node)
}

/// Every channel of every picture times a factor of its own: dropout of channels.
/// - Parameters:
///   - x: [B, H, W, C]
///   - factors: B * C
package func scaledChannels(_ x: Tensor, by factors: [Float]) -> Tensor {
  let x = x.float32()
  let device = x.device
  let (batch, height, width, channels) = mapShape(x)
  precondition(factors.count == batch * channels, "scaledChannels: \(factors.count) factors for \(x.shape)")
  let y = device.allocate(x.count)
  device.scaleChannels(
    x: x.storage, factors: factors, y: (y, false), batch: batch, rows: height * width, channels: channels)
  let node = TapeNode.record([x], count: y.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.scaleChannels(
      x: dy, factors: factors, y: dx, batch: batch, rows: height * width, channels: channels)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}

private func mapShape(_ x: Tensor) -> (batch: Int, height: Int, width: Int, channels: Int) {
  precondition(x.shape.count == 4, "\(x.shape) is no map")
  return (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
}
