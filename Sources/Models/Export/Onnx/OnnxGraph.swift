import Interchange

/// A graph of ONNX operators as it is put together: each operator that is added gives the name of what it makes.
///
/// Field numbers are those of onnx/onnx, `onnx/onnx.proto`.
struct OnnxGraph {
  /// An array that the model comes with.
  struct Constant {
    var name: String
    var shape: [Int]
    var content: Content

    enum Content {
      /// Fetched when their turn comes to be written, so that memory holds one array at a time.
      case floats(() -> [Float])
      case integers([Int64])
    }

    var byteCount: Int {
      let count = shape.reduce(1, *)
      return switch content {
      case .floats: 4 * count
      case .integers: 8 * count
      }
    }
  }

  /// What an operator is told beside its inputs.
  enum Attribute {
    case integer(Int)
    case float(Float)
    case integers([Int])
    case text(String)
  }

  /// Operators up to this version of the standard set are used.
  static let opset = 17
  /// The version of the file format that came with that set.
  static let fileVersion = 8

  private(set) var nodes: [ProtobufWriter] = []
  private(set) var constants: [Constant] = []
  private(set) var inputs: [ProtobufWriter] = []
  private(set) var outputs: [ProtobufWriter] = []
  /// What a reader of the file is told, by key.
  var notes: [(key: String, value: String)] = []
  /// A text about the model.
  var card = ""

  /// - Parameter name: of what it makes; nil: a number.
  /// - Returns: the name of what it makes.
  mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [], name: String? = nil
  ) -> String {
    let output = name ?? "\(operation)_\(nodes.count)"
    var node = ProtobufWriter()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, output)
    node.add(4, operation)
    for (name, value) in attributes { node.add(5, Self.attribute(name, value)) }
    nodes.append(node)
    return output
  }

  private static func attribute(_ name: String, _ value: Attribute) -> ProtobufWriter {
    var attribute = ProtobufWriter()
    attribute.add(1, name)
    let kind: Int
    switch value {
    case .float(let number):
      attribute.add(2, number)
      kind = 1
    case .integer(let number):
      attribute.add(3, number)
      kind = 2
    case .text(let text):
      attribute.add(4, text)
      kind = 3
    case .integers(let numbers):
      for number in numbers { attribute.add(8, number) }
      kind = 7
    }
    attribute.add(20, kind)
    return attribute
  }

  /// An array under a name; one that is there already is not added again.
  mutating func constant(_ name: String, _ shape: [Int], _ values: @escaping () -> [Float]) -> String {
    add(Constant(name: name, shape: shape, content: .floats(values)))
  }

  mutating func constant(_ name: String, _ values: [Int64], shape: [Int]? = nil) -> String {
    add(Constant(name: name, shape: shape ?? [values.count], content: .integers(values)))
  }

  private mutating func add(_ constant: Constant) -> String {
    if !constants.contains(where: { $0.name == constant.name }) { constants.append(constant) }
    return constant.name
  }

  /// What goes in: float32 of any batch.
  /// - Parameter shape: of one of the batch
  mutating func input(_ name: String, shape: [Int]) { inputs.append(Self.value(name, shape)) }

  mutating func output(_ name: String, shape: [Int]) { outputs.append(Self.value(name, shape)) }

  private static func value(_ name: String, _ shape: [Int]) -> ProtobufWriter {
    var dimensions = ProtobufWriter()
    var batch = ProtobufWriter()
    batch.add(2, "batch")
    dimensions.add(1, batch)
    for size in shape {
      var dimension = ProtobufWriter()
      dimension.add(1, size)
      dimensions.add(1, dimension)
    }
    var tensor = ProtobufWriter()
    tensor.add(1, 1)
    tensor.add(2, dimensions)
    var type = ProtobufWriter()
    type.add(1, tensor)
    var value = ProtobufWriter()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
