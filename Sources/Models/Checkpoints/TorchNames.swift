/// The tensors of what a pickle describes, under dotted names.
struct TorchNames {
  private(set) var tensors: [(name: String, tensor: TorchTensor)] = []
  private var visits = 0

  /// Dictionaries inside each other, and values that are looked at.
  private static let (deepest, mostVisits) = (64, 1_000_000)

  init(_ root: PickleValue) throws {
    try collect(outermost(root), name: "", depth: 0)
  }

  /// Follows the only dictionary that holds tensors, as `model` beside `optimizer` and `epoch`.
  private mutating func outermost(_ root: PickleValue) throws -> PickleValue {
    var value = root
    for _ in 0..<Self.deepest {
      guard case .node(let node) = value else { return value }
      var inner: [PickleValue] = []
      for (key, value) in node.pairs {
        guard !isOptimizers(key) else { continue }
        // Tensors lie here, so that this is the innermost.
        if case .tensor(let tensor) = value, !tensor.shape.isEmpty { return .node(node) }
        guard case .node = value else { continue }
        var below = TorchNames()
        try below.collect(value, name: "", depth: 0)
        if below.tensors.contains(where: { !$0.tensor.shape.isEmpty }) { inner.append(value) }
      }
      guard inner.count == 1, let only = inner.first, !holdsModules(node) else { return value }
      value = only
    }
    return value
  }

  private init() {}

  /// Whether it is a module of TorchScript, whose attributes are part of its parameters' names.
  private func holdsModules(_ node: PickleNode) -> Bool {
    node.pairs.contains { $0.key.text == "_is_full_backward_hook" }
  }

  private mutating func collect(_ value: PickleValue, name: String, depth: Int) throws {
    visits += 1
    guard depth < Self.deepest, visits < Self.mostVisits else {
      throw PickleProblem(description: "its dictionaries are nested too deep or are too many")
    }
    switch value {
    case .tensor(let tensor): tensors.append((name.isEmpty ? "tensor" : name, tensor))
    case .node(let node):
      for (key, value) in node.pairs where !isOptimizers(key) {
        guard let part = key.text ?? key.integer.map(String.init) else { continue }
        try collect(value, name: joined(name, part), depth: depth + 1)
      }
      for (index, value) in node.items.enumerated() {
        try collect(value, name: joined(name, "\(index)"), depth: depth + 1)
      }
    default: break
    }
  }

  private func isOptimizers(_ key: PickleValue) -> Bool { key.text.map(Self.optimizers.contains) ?? false }

  private static let optimizers: Set = [
    "optimizer", "optimizers", "optimizer_state_dict", "optimizer_states", "optim", "opt", "scaler", "amp_scaler",
    "loss_scaler", "lr_scheduler", "lr_schedulers", "scheduler", "rng_state", "random_rng_state",
  ]
}
