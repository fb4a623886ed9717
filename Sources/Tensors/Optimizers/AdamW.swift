package protocol OptimizerKernels {
  /// One AdamW update of some parameters, in place.
  func adamW(_ updates: [AdamWUpdate], by rates: AdamWRates)
  /// Every element times a factor, in place.
  func scale(_ storages: [Storage], by factor: Float)
  /// Sum of the squares of all elements.
  func sumOfSquares(of storages: [Storage]) -> Double
}

/// A parameter, its gradient and its moments.
package struct AdamWUpdate {
  package var weight, gradient, first, second: Storage
}

/// What an update of AdamW is made with.
package struct AdamWRates: Equatable, Sendable {
  package var learningRate, beta1, beta2, epsilon, weightDecay: Float
  /// 1 - beta1^step, and the square root of 1 - beta2^step.
  package var correction1, correction2: Float
  /// Number of the update, from 1 on.
  package var step: Int
}

/// Parameters that share weight decay and a factor on the learning rate.
package struct ParameterGroup {
  package var parameters: [NamedTensor]
  package var weightDecay: Float
  package var learningRateScale: Float

  package init(parameters: [NamedTensor], weightDecay: Float, learningRateScale: Float = 1) {
    self.parameters = parameters
    self.weightDecay = weightDecay
    self.learningRateScale = learningRateScale
  }
}

/// AdamW with decoupled weight decay, as torch.optim.AdamW. Parameters without a gradient are left alone.
package final class AdamW {
  private struct Moments {
    var first: Storage
    var second: Storage
  }

  package let groups: [ParameterGroup]
  package let beta1: Float
  package let beta2: Float
  package let epsilon: Float
  /// Updates made so far; the bias corrections depend on it.
  package private(set) var stepCount = 0
  private var moments: [String: Moments] = [:]

  package init(groups: [ParameterGroup], beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    self.groups = groups
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// All parameters of all groups.
  package var parameters: [NamedTensor] { groups.flatMap(\.parameters) }

  /// Applies the gathered gradients once.
  package func step(learningRate: Float) {
    stepCount += 1
    let correction1 = Float(1 - power(Double(beta1), stepCount))
    let correction2 = Float((1 - power(Double(beta2), stepCount)).squareRoot())
    for group in groups {
      let updates = group.parameters.compactMap { parameter -> AdamWUpdate? in
        guard let gradient = parameter.tensor.gradient else { return nil }
        let state = moments(for: parameter)
        return AdamWUpdate(
          weight: parameter.tensor.storage, gradient: gradient.storage, first: state.first, second: state.second)
      }
      group.parameters.first?.tensor.device.adamW(
        updates,
        by: AdamWRates(
          learningRate: learningRate * group.learningRateScale, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: group.weightDecay, correction1: correction1, correction2: correction2, step: stepCount))
    }
  }

  /// Clears every gradient; the next backward overwrites instead of adding.
  package func zeroGradients() {
    for group in groups { for parameter in group.parameters { parameter.tensor.gradient = nil } }
  }

  /// First and second moments as `NAME.exp_avg` and `NAME.exp_avg_sq`, for parameters that have been updated.
  package func state() -> [NamedTensor] {
    parameters.flatMap { parameter -> [NamedTensor] in
      guard let state = moments[parameter.name] else { return [] }
      let tensor = parameter.tensor
      return [
        NamedTensor(
          name: parameter.name + ".exp_avg",
          tensor: Tensor(storage: state.first, shape: tensor.shape, device: tensor.device)),
        NamedTensor(
          name: parameter.name + ".exp_avg_sq",
          tensor: Tensor(storage: state.second, shape: tensor.shape, device: tensor.device)),
      ]
    }
  }

  /// Takes back what ``state()`` gave.
  /// - Throws: ``OptimizerStateError`` if a moment has the wrong size.
  package func load(state: [String: [Float]], stepCount: Int) throws {
    moments = [:]
    for parameter in parameters {
      guard let first = state[parameter.name + ".exp_avg"], let second = state[parameter.name + ".exp_avg_sq"] else {
        continue
      }
      guard first.count == parameter.tensor.count, second.count == parameter.tensor.count else {
        throw OptimizerStateError(
          parameter: parameter.name, found: min(first.count, second.count), expected: parameter.tensor.count)
      }
      let fresh = moments(for: parameter)
      parameter.tensor.device.write(first, to: fresh.first)
      parameter.tensor.device.write(second, to: fresh.second)
    }
    self.stepCount = stepCount
  }

  private func moments(for parameter: NamedTensor) -> Moments {
    if let known = moments[parameter.name] { return known }
    let device = parameter.tensor.device
    let fresh = Moments(first: device.allocate(parameter.tensor.count), second: device.allocate(parameter.tensor.count))
    device.fill(fresh.first, 0)
    device.fill(fresh.second, 0)
    moments[parameter.name] = fresh
    return fresh
  }
}

/// A saved moment does not fit its parameter.
package struct OptimizerStateError: Error, CustomStringConvertible {
  package let parameter: String
  package let found: Int
  package let expected: Int

  package var description: String {
    "the optimiser state of \(parameter) has \(found) values where \(expected) are expected: it was saved by another model"
  }
}

/// By squaring, not by `pow`: the same bits whatever the C library, so that a resumed run has the losses that it would
/// have had.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= factor }
    factor *= factor
    rest >>= 1
  }
  return result
}
