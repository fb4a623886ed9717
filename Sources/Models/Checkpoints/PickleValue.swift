/// What a pickle of torch describes. Nothing in it is code: classes are names.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  /// A class or function by its dotted name.
  case global(String)
  case storage(TorchStorage)
  case tensor(TorchTensor)
  case node(PickleNode)
  /// What stands beside the weights and is not read.
  case inert

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var integer: Int? {
    guard case .integer(let number) = self else { return nil }
    return number
  }

  var node: PickleNode? {
    guard case .node(let node) = self else { return nil }
    return node
  }

  /// Whole numbers of a tuple or list; nil where it holds anything else.
  var integers: [Int]? {
    guard let items = node?.items else { return nil }
    let numbers = items.compactMap(\.integer)
    return numbers.count == items.count ? numbers : nil
  }
}

/// A list, tuple, dictionary or object: one thing, wherever it is mentioned.
final class PickleNode {
  /// Of lists and tuples.
  var items: [PickleValue] = []
  /// Of dictionaries, and the attributes of objects, in their order.
  var pairs: [(key: PickleValue, value: PickleValue)] = []

  init(items: [PickleValue] = []) { self.items = items }
}

/// One run of numbers in a file of torch, which tensors are views of.
struct TorchStorage {
  /// Name of the member `data/KEY`.
  let key: String
  /// nil for a type that is not read.
  let type: ElementType?
  /// Elements that the pickle claims.
  let count: Int
}

struct TorchTensor {
  let storage: TorchStorage
  let type: ElementType?
  /// Elements of the storage before the first one.
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}
