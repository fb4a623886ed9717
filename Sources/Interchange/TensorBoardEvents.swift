import Foundation

/// An event of TensorBoard's: the values of a step (tensorflow, `core/util/event.proto`,
/// `core/framework/summary.proto`).
package struct TensorBoardEvent: Equatable, Sendable {
  /// Seconds since 1970.
  package var time: Double
  package var step: Int
  /// Scalars by tag, in their order.
  package var numbers: [(tag: String, value: Double)]
  package var texts: [(tag: String, text: String)]

  package init(
    time: Double, step: Int, numbers: [(tag: String, value: Double)] = [], texts: [(tag: String, text: String)] = []
  ) {
    self.time = time
    self.step = step
    self.numbers = numbers
    self.texts = texts
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.time == right.time && left.step == right.step && left.numbers.elementsEqual(right.numbers, by: ==)
      && left.texts.elementsEqual(right.texts, by: ==)
  }
}

// MARK: writing

extension TensorBoardEvent {
  /// Numbers of the fields.
  private enum Field {
    static let (wallTime, step, version, summary) = (1, 2, 3, 5)
    /// Of a summary.
    static let value = 1
    /// Of a value.
    static let (tag, simple, tensor, metadata) = (1, 2, 8, 9)
    /// Of the metadata, and of the data of a plugin.
    static let (plugin, pluginName) = (1, 1)
    /// Of a tensor, its shape and its dimensions.
    static let (type, shape, content, floats, doubles, strings) = (1, 2, 4, 5, 6, 8)
    static let (dimension, size) = (2, 1)
  }

  /// `DataType` of tensors.
  private enum TensorType { static let (float, double, string) = (1, 2, 7) }

  /// The first record of a file.
  package static func appendVersion(time: Double, to data: inout Data) {
    var event = ProtobufWriter()
    event.add(Field.wallTime, time)
    event.add(Field.version, "brain.Event:2")
    TFRecord.append(event.bytes, to: &data)
  }

  /// The record of it.
  package func append(to data: inout Data) {
    var summary = ProtobufWriter()
    for (tag, number) in numbers {
      var value = ProtobufWriter()
      value.add(Field.tag, tag)
      value.add(Field.simple, Float(number))
      summary.add(Field.value, value)
    }
    for (tag, text) in texts { summary.add(Field.value, Self.value(tag, text)) }
    var event = ProtobufWriter()
    event.add(Field.wallTime, time)
    event.add(Field.step, step)
    event.add(Field.summary, summary)
    TFRecord.append(event.bytes, to: &data)
  }

  /// A tensor of one string, which the plugin for texts shows as Markdown.
  private static func value(_ tag: String, _ text: String) -> ProtobufWriter {
    var dimension = ProtobufWriter()
    dimension.add(Field.size, 1)
    var shape = ProtobufWriter()
    shape.add(Field.dimension, dimension)
    var tensor = ProtobufWriter()
    tensor.add(Field.type, TensorType.string)
    tensor.add(Field.shape, shape)
    tensor.add(Field.strings, text)
    var plugin = ProtobufWriter()
    plugin.add(Field.pluginName, "text")
    var metadata = ProtobufWriter()
    metadata.add(Field.plugin, plugin)
    var value = ProtobufWriter()
    value.add(Field.tag, tag)
    value.add(Field.tensor, tensor)
    value.add(Field.metadata, metadata)
    return value
  }
}

// MARK: reading

extension TensorBoardEvent {
  /// Tells the events of a file that have scalars.
  ///
  /// - Returns: bytes at its end that are no record.
  /// - Throws: ``InterchangeError`` where it is no such file.
  package static func read(_ data: Data, _ take: (TensorBoardEvent) throws -> Void) throws -> Int {
    try TFRecord.read(data) { record in
      var event = TensorBoardEvent(time: .nan, step: 0)
      ProtobufField.read(record) { field in
        switch field.number {
        case Field.wallTime: event.time = field.double ?? .nan
        case Field.step: event.step = field.integer ?? 0
        case Field.summary:
          if let message = field.message { event.takeSummary(message) }
        default: break
        }
      }
      if !event.numbers.isEmpty || !event.texts.isEmpty { try take(event) }
    }
  }

  private mutating func takeSummary(_ summary: UnsafeRawBufferPointer) {
    ProtobufField.read(summary) { field in
      guard field.number == Field.value, let message = field.message else { return }
      var tag: String?
      var number: Double?
      ProtobufField.read(message) { field in
        switch field.number {
        case Field.tag: tag = field.text
        case Field.simple: number = field.float.map(Double.init)
        case Field.tensor: number = number ?? field.message.flatMap(Self.scalar)
        default: break
        }
      }
      if let tag, let number { numbers.append((tag, number)) }
    }
  }

  /// The number of a tensor that holds one; nil for any other.
  private static func scalar(_ tensor: UnsafeRawBufferPointer) -> Double? {
    var type = 0
    var elements = 1
    var value: Double?
    var content: UnsafeRawBufferPointer?
    ProtobufField.read(tensor) { field in
      switch field.number {
      case Field.type: type = field.integer ?? 0
      case Field.shape: elements = field.message.map(size) ?? 1
      case Field.content: content = field.message
      case Field.floats: value = field.float.map(Double.init) ?? field.message.flatMap { number($0, TensorType.float) }
      case Field.doubles: value = field.double ?? field.message.flatMap { number($0, TensorType.double) }
      default: break
      }
    }
    return elements == 1 ? value ?? content.flatMap { number($0, type) } : nil
  }

  /// Elements of a tensor of this shape.
  private static func size(_ shape: UnsafeRawBufferPointer) -> Int {
    var elements = 1
    ProtobufField.read(shape) { field in
      guard field.number == Field.dimension, let dimension = field.message else { return }
      ProtobufField.read(dimension) { field in
        if field.number == Field.size {
          elements = elements.multipliedReportingOverflow(by: field.integer ?? 0).partialValue
        }
      }
    }
    return elements
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ type: Int) -> Double? {
    switch type {
    case TensorType.float where bytes.count == 4:
      return Double(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))))
    case TensorType.double where bytes.count == 8:
      return Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    default: return nil
    }
  }
}
