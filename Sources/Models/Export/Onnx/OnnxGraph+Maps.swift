import Recipe
import Tensors

/// Layers on maps of pixels, [batch, channels, rows, columns].
extension OnnxGraph {
  /// The patch tokens among all tokens of a sequence as a map.
  mutating func map(of tokens: String, _ shape: VisionTransformerConfiguration) -> String {
    let first = shape.pooling == nil ? 1 : 0
    let patches = self.tokens(tokens, from: first, upTo: first + shape.grid.area)
    let rows = add("Transpose", [patches], [("perm", .integers([0, 2, 1]))])
    let size = [0, Int64(shape.width), Int64(shape.grid.height), Int64(shape.grid.width)]
    return add("Reshape", [rows, constant("patch_map", size)])
  }

  /// A convolution with its batch norm by the running moments, which goes into its weights, and max(0, ·).
  mutating func convolution(_ x: String, _ layer: NormedConvolution, inputs: Int, _ name: String) -> String {
    let outputs = layer.weight.shape[0]
    let side = layer.weight.shape[1] == inputs ? 1 : 3
    let area = side * side
    // Of ours the window comes before the channels.
    let weight = constant("\(name).weight", [outputs, inputs, side, side]) {
      let (own, scales) = (layer.weight.array(), layer.norm.scalesAndShifts.scales)
      var turned = [Float](repeating: 0, count: own.count)
      for output in 0..<outputs {
        for input in 0..<inputs {
          for place in 0..<area {
            turned[(output * inputs + input) * area + place] =
              own[(output * area + place) * inputs + input] * scales[output]
          }
        }
      }
      return turned
    }
    let bias = constant("\(name).bias", [outputs]) { layer.norm.scalesAndShifts.shifts }
    let sides = Attribute.integers([side, side])
    let pads = Attribute.integers([Int](repeating: side / 2, count: 4))
    return add("Relu", [add("Conv", [x, weight, bias], [("kernel_shape", sides), ("pads", pads)])])
  }

  /// A transposed convolution that doubles both sides, with a batch norm behind it where there is one.
  mutating func doubled(_ x: String, _ layer: TransposedConvolution, norm: BatchNorm?, _ name: String) -> String {
    let (outputs, inputs) = (layer.weight.shape[0] / 4, layer.weight.shape[1])
    let weight = constant("\(name).weight", [inputs, outputs, 2, 2]) {
      let (own, scales) = (layer.weight.array(), norm?.scalesAndShifts.scales)
      var turned = [Float](repeating: 0, count: own.count)
      for place in 0..<4 {
        for output in 0..<outputs {
          for input in 0..<inputs {
            turned[(input * outputs + output) * 4 + place] =
              own[(place * outputs + output) * inputs + input] * (scales?[output] ?? 1)
          }
        }
      }
      return turned
    }
    let bias = constant("\(name).bias", [outputs]) {
      let own = layer.bias.array()
      guard let (scales, shifts) = norm?.scalesAndShifts else { return own }
      return own.indices.map { own[$0] * scales[$0] + shifts[$0] }
    }
    let two = Attribute.integers([2, 2])
    return add("ConvTranspose", [x, weight, bias], [("kernel_shape", two), ("strides", two)])
  }

  /// The largest of each 2x2 window; of an odd number of lines the last is left out.
  mutating func halved(_ x: String) -> String {
    let two = Attribute.integers([2, 2])
    return add("MaxPool", [x], [("kernel_shape", two), ("strides", two)])
  }

  /// Means of `size` x `size` parts, which overlap where sides do not divide: products with what each part has of each
  /// line.
  mutating func averagePool(_ x: String, from side: PlaneSize, size: Int) -> String {
    func shares(_ count: Int) -> [Float] {
      (0..<size).flatMap { part -> [Float] in
        let range = part * count / size..<((part + 1) * count + size - 1) / size
        return (0..<count).map { range.contains($0) ? 1 / Float(range.count) : 0 }
      }
    }
    return lines(x, from: side, to: PlaneSize(square: size), "pool", shares, shares)
  }

  /// Bilinear, half-pixel centres.
  mutating func resized(_ x: String, from side: PlaneSize, to target: PlaneSize) -> String {
    guard side != target else { return x }
    // A factor that is no such fraction is rounded, and may lose a line: those go by products.
    if target.height * 8 % side.height == 0, target.width * 8 % side.width == 0 {
      let factors = [Float(target.height) / Float(side.height), Float(target.width) / Float(side.width)]
      let scales = constant("scales_\(factors[0])_\(factors[1])", [4]) { [1, 1] + factors }
      let modes: [(String, Attribute)] = [
        ("mode", .text("linear")), ("coordinate_transformation_mode", .text("half_pixel")),
      ]
      return add("Resize", [x, "", scales], modes)
    }
    func shares(from source: Int, to target: Int) -> [Float] {
      let line = LineResize(from: source, to: target)
      return (0..<target).flatMap { place in (0..<source).map { line.share(of: $0, in: place) } }
    }
    return lines(
      x, from: side, to: target, "resize", { shares(from: $0, to: target.height) },
      { shares(from: $0, to: target.width) })
  }

  /// Rows and columns as sums of others.
  /// - Parameters:
  ///   - rows: what each row of the result has of each of `side.height` rows, row-major
  ///   - columns: the same of columns
  private mutating func lines(
    _ x: String, from side: PlaneSize, to target: PlaneSize, _ name: String, _ rows: @escaping (Int) -> [Float],
    _ columns: @escaping (Int) -> [Float]
  ) -> String {
    let down = constant("\(name)_rows_\(side.height)_\(target.height)", [target.height, side.height]) {
      rows(side.height)
    }
    let across = constant("\(name)_columns_\(side.width)_\(target.width)", [side.width, target.width]) {
      transposed(columns(side.width), rows: target.width, columns: side.width)
    }
    return add("MatMul", [down, add("MatMul", [x, across])])
  }
}

extension BatchNorm {
  /// What a value is multiplied with and what is added then, by the running moments.
  var scalesAndShifts: (scales: [Float], shifts: [Float]) {
    let scales = zip(weight.array(), running.variance.array()).map { weight, variance in
      weight / (variance + epsilon).squareRoot()
    }
    let (biases, means) = (bias.array(), running.mean.array())
    return (scales, scales.indices.map { biases[$0] - means[$0] * scales[$0] })
  }
}
