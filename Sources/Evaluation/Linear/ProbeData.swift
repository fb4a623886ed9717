import Tensors

/// Features that a probe learns from step by step, and those that it is scored on.
package struct ProbeData {
  /// Of all pictures once, then of all in another crop, and so on.
  let train: LabelledFeatures
  let test: LabelledFeatures
  let classes: Int
  let views: Int
  /// Runs of columns of the same width.
  let parts: Int
  let device: any ComputeDevice

  package init(
    train: LabelledFeatures, test: LabelledFeatures, classes: Int, views: Int, parts: Int, device: any ComputeDevice
  ) {
    self.train = train
    self.test = test
    self.classes = classes
    self.views = views
    self.parts = parts
    self.device = device
  }

  var width: Int { train.width }
  var pictures: Int { train.count / max(views, 1) }

  /// Some columns of rows of the features' width.
  func columns(_ values: [Float], _ columns: Range<Int>) -> [Float] {
    guard columns.count != width else { return values }
    var part: [Float] = []
    part.reserveCapacity(values.count / width * columns.count)
    for start in stride(from: 0, to: values.count, by: width) {
      part += values[start + columns.lowerBound..<start + columns.upperBound]
    }
    return part
  }

  /// Of the mean cross-entropy over all rows of logits.
  /// - Parameters:
  ///   - values: [R, D]
  ///   - labels: one for every `classes` logits.
  ///   - weight, bias: [outputs, D] and [outputs]; `outputs` is a multiple of the classes.
  func gradients(
    _ values: [Float], labels: [Int32], weight: [Float], bias: [Float], outputs: Int
  ) -> (weight: [Float], bias: [Float]) {
    let inputs = weight.count / outputs
    let (weight, bias) = (
      Tensor(weight, shape: [outputs, inputs], device: device), Tensor(bias, shape: [outputs], device: device)
    )
    weight.requiresGradient = true
    bias.requiresGradient = true
    let logits = linear(
      Tensor(values, shape: [values.count / inputs, inputs], device: device), weight: weight, bias: bias)
    crossEntropy(logits.reshaped([labels.count, classes]), labels: labels).backward()
    return (weight.gradient?.array() ?? [], bias.gradient?.array() ?? [])
  }

  /// - Returns: [R, outputs]
  func logits(_ values: [Float], weight: [Float], bias: [Float], outputs: Int) -> [Float] {
    let inputs = weight.count / outputs
    return linear(
      Tensor(values, shape: [values.count / inputs, inputs], device: device),
      weight: Tensor(weight, shape: [outputs, inputs], device: device),
      bias: Tensor(bias, shape: [outputs], device: device)
    ).array()
  }
}

/// A probe that is trained by steps.
package protocol SteppedProbe {
  /// Steps so far, and of all.
  var done: Int { get }
  var steps: Int { get }
  mutating func advance()
  func score() -> EvaluationScore
}

extension LabelledFeatures {
  /// The values of some rows.
  func gathered(_ rows: [Int]) -> [Float] {
    var gathered: [Float] = []
    gathered.reserveCapacity(rows.count * width)
    for row in rows { gathered += values[row * width..<(row + 1) * width] }
    return gathered
  }
}

/// Values that gradient descent with momentum .9 moves, as torch's SGD.
struct MovedValues {
  private static let push: Float = 0.9

  private(set) var values: [Float]
  private var moments: [Float]

  init(_ values: [Float]) {
    self.values = values
    moments = [Float](repeating: 0, count: values.count)
  }

  /// - Parameters:
  ///   - share: factor on the gradient.
  ///   - range: of the values that are moved; nil: all.
  mutating func step(_ gradient: [Float], share: Float, rate: Float, range: Range<Int>? = nil) {
    for i in range ?? values.indices {
      moments[i] = Self.push * moments[i] + share * gradient[i]
      values[i] -= rate * moments[i]
    }
  }
}
