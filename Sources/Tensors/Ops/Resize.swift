/// From which pixels of a line of `source` pixels those of a line of `target` come by linear interpolation, as torch's
/// `interpolate` with `align_corners=False` has it.
package struct LineResize: Equatable, Sendable {
  package let source: Int
  package let target: Int
  /// Of each pixel the two that it lies between, and its distance from the first: 0..<1.
  let lower, upper: [Int32]
  let fraction: [Float]

  package init(from source: Int, to target: Int) {
    self.source = source
    self.target = target
    let places = (0..<target).map { index in
      min(max((Double(index) + 0.5) * Double(source) / Double(target) - 0.5, 0), Double(source - 1))
    }
    lower = places.map { Int32($0) }
    upper = lower.map { min($0 + 1, Int32(source - 1)) }
    fraction = zip(places, lower).map { Float($0 - Double($1)) }
  }

  var isIdentity: Bool { source == target }

  /// The pixels that come from pixel `index`, among others.
  func reached(from index: Int) -> Range<Int> {
    let first = lower.firstIndex { $0 >= index - 1 } ?? target
    let end = lower[first...].firstIndex { $0 > index } ?? target
    return first..<end
  }

  /// What pixel `target` has of pixel `source`.
  package func share(of source: Int, in target: Int) -> Float {
    (Int(lower[target]) == source ? 1 - fraction[target] : 0) + (Int(upper[target]) == source ? fraction[target] : 0)
  }
}

/// How maps of B pictures are resized.
package struct MapResize: Equatable, Sendable {
  package var batch: Int
  package var rows: LineResize
  package var columns: LineResize
  package var channels: Int

  package init(batch: Int, rows: LineResize, columns: LineResize, channels: Int) {
    (self.batch, self.rows, self.columns, self.channels) = (batch, rows, columns, channels)
  }

  var isIdentity: Bool { rows.isIdentity && columns.isIdentity }
}

package protocol MapKernels {
  /// Resizes x [B,h,w,C] into channels offset..<offset+C of y [B,H,W,width]; added to what is there if `accumulate`.
  func resizeMap(x: Storage, y: Destination, offset: Int, width: Int, shape: MapResize)
  /// dx [B,h,w,C] from the same channels of dy
  func resizeMapGradient(dy: Storage, offset: Int, width: Int, dx: Destination, shape: MapResize)
  /// Sum over labelled pixels of the cross-entropy of x [B,h,w,C] resized to the labels' size, times `scale`; `dx`
  /// receives its gradient.
  func resizedCrossEntropy(
    x: Storage, labels: [Int32], ignored: Int32, scale: Float, dx: Storage?, shape: MapResize
  ) -> Double
  /// How many labels count; nil where one that does is none of the classes.
  func countLabels(_ labels: [Int32], ignored: Int32, classes: Int) -> Int?
}

/// Maps side by side along their channels, each resized to one size where it has another, bilinearly.
/// - Parameters:
///   - maps: [B, h, w, C] each, sizes and channels of their own
///   - height: that of the result; nil: of the first map
///   - width: likewise
/// - Returns: [B, height, width, sum of C]
package func joinedMaps(_ maps: [Tensor], height: Int? = nil, width: Int? = nil) -> Tensor {
  precondition(!maps.isEmpty && maps.allSatisfy { $0.shape.count == 4 }, "joinedMaps: \(maps.map(\.shape))")
  let maps = maps.map { $0.float32() }
  let (first, device) = (maps[0].shape, maps[0].device)
  let size = (height ?? first[1], width ?? first[2])
  precondition(maps.allSatisfy { $0.shape[0] == first[0] }, "joinedMaps: \(maps.map(\.shape))")
  let channels = maps.reduce(0) { $0 + $1.columns }
  let y = device.allocate(first[0] * size.0 * size.1 * channels)
  var places: [(offset: Int, shape: MapResize)] = []
  var offset = 0
  for map in maps {
    let shape = mapResize(map, height: size.0, width: size.1)
    device.resizeMap(x: map.storage, y: (y, false), offset: offset, width: channels, shape: shape)
    places.append((offset, shape))
    offset += map.columns
  }
  let node = TapeNode.record(maps, count: y.count) { [targets = maps.map(\.target), places] dy in
    for (target, place) in zip(targets, places) {
      guard let dx = target.destination() else { continue }
      device.resizeMapGradient(dy: dy, offset: place.offset, width: channels, dx: dx, shape: place.shape)
    }
  }
  return Tensor(storage: y, shape: [first[0], size.0, size.1, channels], device: device, node: node)
}

/// A map of another size, bilinearly, as torch's `interpolate` with `align_corners=False`.
/// - Parameters:
///   - map: [B, h, w, C]
///   - a: [B, height, width, C] that the result is added to; nil for none
/// - Returns: [B, height, width, C]
package func resizedMap(_ map: Tensor, height: Int, width: Int, addedTo a: Tensor? = nil) -> Tensor {
  let (map, a) = (map.float32(), a?.float32())
  let device = map.device
  let shape = mapResize(map, height: height, width: width)
  let channels = map.columns
  let y = device.allocate(map.shape[0] * height * width * channels)
  precondition(a.map { $0.count == y.count } ?? true, "resizedMap: \(map.shape) added to \(a?.shape ?? [])")
  if let a { device.copy(a.storage, to: y, count: y.count) }
  device.resizeMap(x: map.storage, y: (y, a != nil), offset: 0, width: channels, shape: shape)
  let node = TapeNode.record([map, a], count: y.count) { [map = map.target, a = a?.target] dy in
    if let dx = map.destination() {
      device.resizeMapGradient(dy: dy, offset: 0, width: channels, dx: dx, shape: shape)
    }
    a?.give(dy)
  }
  return Tensor(storage: y, shape: [map.shape[0], height, width, channels], device: device, node: node)
}

/// Cross-entropy of every pixel with its label, where the maps of logits are smaller than the pictures: they are
/// resized bilinearly first, a line at a time, so that logits of the pictures' size are never in memory as a whole.
/// - Parameters:
///   - logits: [B, h, w, classes]
///   - labels: B * height * width classes, row-major; those that are `ignored` do not count
///   - isOverAll: whether the sum is divided by the number of all pixels, as mmsegmentation does, in place of those
///     that count
/// - Returns: a scalar; 0 where no pixel counts
package func pixelCrossEntropy(
  _ logits: Tensor, labels: [Int32], height: Int, width: Int, ignored: Int32 = 255, isOverAll: Bool = false
) -> Tensor {
  let logits = logits.float32()
  let device = logits.device
  let shape = mapResize(logits, height: height, width: width)
  let pixels = shape.batch * height * width
  precondition(labels.count == pixels, "pixelCrossEntropy: \(labels.count) labels for \(pixels) pixels")
  guard let counted = device.countLabels(labels, ignored: ignored, classes: shape.channels) else {
    preconditionFailure("pixelCrossEntropy: label outside 0..<\(shape.channels)")
  }
  let scale = counted == 0 ? 0 : 1 / Float(isOverAll ? pixels : counted)
  // The gradient is known with the loss: kept from the forward pass.
  let gradient = logits.isTracked ? device.allocate(logits.count) : nil
  let loss = device.resizedCrossEntropy(
    x: logits.storage, labels: labels, ignored: ignored, scale: scale, dx: gradient, shape: shape)
  let node = TapeNode.record([logits], count: 1) { [target = logits.target] dy in
    guard let gradient else { return }
    target.add(gradient, times: dy)
  }
  return scalarTensor(Float(loss), device: device, node: node)
}

private func mapResize(_ map: Tensor, height: Int, width: Int) -> MapResize {
  precondition(
    map.shape.count == 4 && height > 0 && width > 0, "\(map.shape) is no map, or \(height) x \(width) no size")
  return MapResize(
    batch: map.shape[0], rows: LineResize(from: map.shape[1], to: height),
    columns: LineResize(from: map.shape[2], to: width), channels: map.columns)
}
