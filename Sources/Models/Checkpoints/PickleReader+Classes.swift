extension PickleReader {
  mutating func pushGlobal(module: String, name: String) throws {
    // Protocol 2 has the names of Python 2.
    let module = ["__builtin__": "builtins", "copy_reg": "copyreg"][module] ?? module
    let full = "\(module).\(name)"
    guard PickleName(full) != nil else {
      throw PickleProblem(
        description:
          "it holds a \(full), which is not read, as nothing in a file of weights is run; save the state dict alone: "
          + "torch.save(model.state_dict(), PATH)")
    }
    push(.global(full))
  }

  /// What a class or function makes of its arguments.
  mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws {
    guard case .global(let name) = function, let known = PickleName(name) else {
      // A method or an instance of something inert.
      guard case .inert = function else { throw problem("calls what is no class") }
      return push(.inert)
    }
    let items = arguments.node?.items ?? []
    switch known {
    case .dictionary:
      let made = try node()
      for pair in items.first?.node?.items ?? [] {
        guard let both = pair.node?.items, both.count == 2 else { throw problem("has a key without a value") }
        made.pairs.append((both[0], both[1]))
      }
      push(.node(made))
    case .module: push(.node(try node()))
    case .tuple: push(items.first ?? .inert)
    case .rebuildTensor: push(try tensor(items, type: nil))
    case .rebuildTypedTensor:
      guard items.count > 6, case .global(let name) = items[6], case .dtype(let type)? = PickleName(name) else {
        throw problem("has a tensor without a type")
      }
      push(try type.map { try tensor(items, type: $0) } ?? .inert)
    case .rebuildParameter: push(items.first ?? .inert)
    case .inert, .storage, .dtype: push(.inert)
    }
  }

  /// A view of a storage: storage, offset, shape and strides; inert where its numbers are of a type that is not read.
  private func tensor(_ items: [PickleValue], type: ElementType?) throws -> PickleValue {
    guard items.count >= 4, let offset = items[1].integer, let shape = items[2].integers,
      let strides = items[3].integers, shape.count == strides.count, shape.count <= 16,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }), offset >= 0
    else { throw problem("has a tensor without storage, shape or strides") }
    guard case .storage(let storage) = items[0] else { return .inert }
    return .tensor(
      TorchTensor(storage: storage, type: type ?? storage.type, offset: offset, shape: shape, strides: strides))
  }

  /// An object's attributes.
  mutating func build() throws {
    let state = try pop()
    guard case .node(let object) = try top(), let attributes = state.node, object !== attributes else { return }
    // A dictionary with entries has attributes beside them, such as torch's `_metadata`.
    guard object.pairs.isEmpty else { return }
    object.pairs = attributes.pairs.filter { $0.key.text != "_metadata" }
  }

  /// `("storage", torch.FloatStorage, key, location, elements)`
  mutating func pushStorage() throws {
    let items = try pop().node?.items ?? []
    guard items.count >= 5, items[0].text == "storage", case .global(let name) = items[1], let key = items[2].text,
      let count = items[4].integer, count >= 0, case .storage(let type)? = PickleName(name)
    else { throw problem("has a storage that is not torch's") }
    push(.storage(TorchStorage(key: key, type: type, count: count)))
  }
}
