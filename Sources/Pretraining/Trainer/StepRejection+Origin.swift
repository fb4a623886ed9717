import Tasks
import Tensors

extension StepRejection.Origin {
  /// The gradients that are not finite, the one that was computed first in front.
  package init(gradients parameters: [NamedTensor]) {
    let broken = parameters.reversed().filter { $0.tensor.gradient.map { NonFiniteValues($0) != nil } ?? false }
    self = broken.isEmpty ? .norm : .gradients(broken.map(\.name))
  }
}
