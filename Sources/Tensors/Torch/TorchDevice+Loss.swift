import CTorch

extension TorchDevice {
  package func rowCosines(
    a: Storage, b: Storage, cosine: Storage, normA: Storage, normB: Storage, rows: Int, columns: Int
  ) {
    call.pointee.row_cosines(
      device, array(a), array(b), array(cosine), array(normA), array(normB), Int64(rows), Int64(columns))
  }

  package func cosineGradient(
    a: Storage, b: Storage, cosine: Storage, normA: Storage, normB: Storage, weights: [Float]?, dy: Storage,
    mass: Float, da: Destination, rows: Int, columns: Int
  ) {
    withOptional(weights) { weights in
      call.pointee.cosine_gradient(
        device, array(a), array(b), array(cosine), array(normA), array(normB), weights, array(dy), -1 / mass,
        target(da), Int64(rows), Int64(columns))
    }
  }

  package func regression(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, rows: Int, columns: Int
  ) -> Double {
    withOptional(weights) { weights in
      call.pointee.regression(device, kind.torch, array(p), array(t), weights, Int64(rows), Int64(columns))
    }
  }

  package func regressionGradient(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, dy: Storage, mass: Float, dp: Destination,
    rows: Int, columns: Int
  ) {
    withOptional(weights) { weights in
      call.pointee.regression_gradient(
        device, kind.torch, array(p), array(t), weights, array(dy), 1 / mass, target(dp), Int64(rows), Int64(columns))
    }
  }

  package func crossEntropy(
    x: Storage, labels: [Int32]?, targets: Storage?, smoothing: Float, temperature: Float, dx: Storage?, scale: Float,
    rows: Int, columns: Int
  ) -> Double {
    withOptional(labels) { labels in
      call.pointee.cross_entropy(
        device, array(x), labels, array(targets), smoothing, temperature, array(dx), scale, Int64(rows),
        Int64(columns))
    }
  }

  package func softmaxEntropy(x: Storage, dx: Storage?, scale: Float, rows: Int, columns: Int) -> Double {
    call.pointee.softmax_entropy(device, array(x), array(dx), scale, Int64(rows), Int64(columns))
  }
}

extension RegressionKind {
  /// The bend of smooth L1; negative for the squared error.
  fileprivate var torch: Float {
    switch self {
    case .smoothL1(let beta): beta
    case .squared: -1
    }
  }
}
