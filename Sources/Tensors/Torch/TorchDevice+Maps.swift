import CTorch

extension TorchDevice {
  package func resizeMap(x: Storage, y: Destination, offset: Int, width: Int, shape: MapResize) {
    shape.withTorch { call.pointee.resize_map(device, array(x), target(y), Int64(offset), Int64(width), $0) }
  }

  package func resizeMapGradient(dy: Storage, offset: Int, width: Int, dx: Destination, shape: MapResize) {
    shape.withTorch { call.pointee.resize_map_gradient(device, array(dy), Int64(offset), Int64(width), target(dx), $0) }
  }

  package func resizedCrossEntropy(
    x: Storage, labels: [Int32], ignored: Int32, scale: Float, dx: Storage?, shape: MapResize
  ) -> Double {
    shape.withTorch { call.pointee.resized_cross_entropy(device, array(x), labels, ignored, scale, array(dx), $0) }
  }

  package func countLabels(_ labels: [Int32], ignored: Int32, classes: Int) -> Int? {
    host.countLabels(labels, ignored: ignored, classes: classes)
  }

  package func maxPool(x: Storage, y: Storage, batch: Int, height: Int, width: Int, channels: Int) {
    call.pointee.max_pool(device, array(x), array(y), torchMap(batch, height, width, channels))
  }

  package func maxPoolGradient(
    x: Storage, dy: Storage, dx: Destination, batch: Int, height: Int, width: Int, channels: Int
  ) {
    call.pointee.max_pool_gradient(device, array(x), array(dy), target(dx), torchMap(batch, height, width, channels))
  }

  package func averagePool(
    x: Storage, y: Storage, size: Int, batch: Int, height: Int, width: Int, channels: Int
  ) {
    call.pointee.average_pool(
      device, array(x), shares(of: height, in: size), shares(of: width, in: size), Int64(size), array(y),
      torchMap(batch, height, width, channels))
  }

  package func averagePoolGradient(
    dy: Storage, dx: Destination, size: Int, batch: Int, height: Int, width: Int, channels: Int
  ) {
    call.pointee.average_pool_gradient(
      device, array(dy), shares(of: height, in: size), shares(of: width, in: size), Int64(size), target(dx),
      torchMap(batch, height, width, channels))
  }

  package func scaleChannels(
    x: Storage, factors: [Float], y: Destination, batch: Int, rows: Int, channels: Int
  ) {
    call.pointee.scale_channels(device, array(x), factors, target(y), Int64(batch), Int64(rows), Int64(channels))
  }

  /// [parts, lines]: what each line has of the mean of each part.
  private func shares(of lines: Int, in parts: Int) -> [Float] {
    var shares = [Float](repeating: 0, count: parts * lines)
    for part in 0..<parts {
      let range = part * lines / parts..<((part + 1) * lines + parts - 1) / parts
      for line in range { shares[part * lines + line] = 1 / Float(range.count) }
    }
    return shares
  }
}

/// Maps [batch, height, width, channels], as the library takes them.
func torchMap(_ batch: Int, _ height: Int, _ width: Int, _ channels: Int) -> mvp_torch_map {
  mvp_torch_map(batch: Int64(batch), height: Int64(height), width: Int64(width), channels: Int64(channels))
}

extension MapResize {
  fileprivate func withTorch<Result>(_ body: (mvp_torch_resize) -> Result) -> Result {
    rows.withTorch { rows in
      columns.withTorch { columns in
        body(mvp_torch_resize(batch: Int64(batch), channels: Int64(channels), rows: rows, columns: columns))
      }
    }
  }
}

extension LineResize {
  fileprivate func withTorch<Result>(_ body: (mvp_torch_line) -> Result) -> Result {
    lower.withUnsafeBufferPointer { lower in
      upper.withUnsafeBufferPointer { upper in
        fraction.withUnsafeBufferPointer { fraction in
          body(
            mvp_torch_line(
              source: Int64(source), target: Int64(target), lower: lower.baseAddress, upper: upper.baseAddress,
              fraction: fraction.baseAddress))
        }
      }
    }
  }
}
