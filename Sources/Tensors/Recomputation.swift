/// Whether ops note their history; off while a part is computed whose history is made again later.
enum Recomputation {
  @TaskLocal static var isRecording = true
}

/// `body()` without noting what a backward pass would need: for looking, not for learning.
package func withoutHistory<Value>(_ body: () throws -> Value) rethrows -> Value {
  try Recomputation.$isRecording.withValue(false, operation: body)
}

/// `body(inputs)` without keeping what its backward needs: only the inputs stay in memory, and the backward pass
/// computes the part again before it goes through it. Memory for time; gradients are those of `body(inputs)`, up to the
/// order in which the parts of an input's gradient are added.
///
/// Source: Chen et al., "Training deep nets with sublinear memory cost" (2016).
/// - Parameters:
///   - inputs: what `body` computes from. Whatever else it uses and wants a gradient for must be a leaf (parameters).
///   - body: computes the same from the same inputs whenever it is called.
package func recomputed(_ inputs: [Tensor], body: @escaping ([Tensor]) -> Tensor) -> Tensor {
  let result = Recomputation.$isRecording.withValue(false) { body(inputs) }
  guard Recomputation.isRecording else { return result }
  let node = TapeNode.recordAlways(inputs, count: result.count, precision: result.precision) { [inputs] dresult in
    let leaves = inputs.map { input in
      let leaf = input.detached()
      leaf.requiresGradient = input.isTracked
      return leaf
    }
    body(leaves).backward(seed: dresult)
    for (input, leaf) in zip(inputs, leaves) {
      if let gradient = leaf.slot?.storage { input.target.give(gradient) }
    }
  }
  return Tensor(storage: result.storage, shape: result.shape, device: result.device, node: node)
}
