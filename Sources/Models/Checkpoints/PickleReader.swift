import Foundation

/// What is wrong with a pickle, a clause.
struct PickleProblem: Error, CustomStringConvertible {
  let description: String
}

/// Reads what `torch.save` and `torch.jit.save` write, without running anything: of classes and functions only the
/// names of ``PickleName`` are known, and those of no use to weights give inert values.
///
/// Source: CPython, `Lib/pickletools.py` (opcodes of protocols 0 to 5).
struct PickleReader {
  /// Bytes of a pickle that is read: weights of a hundred thousand tensors need 20 MB.
  static let longest = 32 << 20
  /// Lists, tuples, dictionaries and objects in one.
  private static let mostNodes = 1_000_000

  let bytes: LittleEndianBytes
  var position = 0
  var stack: [PickleValue] = []
  var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// All nodes, which are taken apart one by one: chains of them would take each other along to any depth.
  private var nodes: [PickleNode] = []

  /// What `use` makes of the value that a pickle describes; the value is gone afterwards.
  static func read<T>(_ raw: UnsafeRawBufferPointer, use: (PickleValue) throws -> T) throws -> T {
    guard raw.count <= longest else {
      throw PickleProblem(description: "its data.pkl has \(raw.count) bytes, more than the \(longest) that are read")
    }
    var reader = PickleReader(bytes: LittleEndianBytes(raw))
    defer { reader.takeApart() }
    return try use(reader.value())
  }

  private init(bytes: LittleEndianBytes) { self.bytes = bytes }

  private mutating func takeApart() {
    stack = []
    memo = [:]
    for node in nodes {
      node.items = []
      node.pairs = []
    }
  }

  private mutating func value() throws -> PickleValue {
    while true {
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") { return try pop() }
      try obey(opcode)
    }
  }

  func problem(_ what: String) -> PickleProblem {
    PickleProblem(description: "its data.pkl \(what) at byte \(position)")
  }

  mutating func node(_ items: [PickleValue] = []) throws -> PickleNode {
    guard nodes.count < Self.mostNodes else { throw problem("holds more than \(Self.mostNodes) lists") }
    let node = PickleNode(items: items)
    nodes.append(node)
    return node
  }

  mutating func byte() throws -> UInt8 { try integer(UInt8.self) }

  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    guard let number = bytes.integer(position, type) else { throw problem("ends too early") }
    position += MemoryLayout<Number>.size
    return number
  }

  mutating func text(_ length: some BinaryInteger) throws -> String {
    guard let count = Int(exactly: length), let text = bytes.text(position, count) else {
      throw problem("ends too early")
    }
    position += count
    return text
  }

  /// Text up to the end of the line, which is skipped.
  mutating func line() throws -> String {
    var end = position
    while let byte = bytes.byte(end), byte != 0x0A { end += 1 }
    guard bytes.byte(end) != nil else { throw problem("ends too early") }
    defer { position = end + 1 }
    return bytes.text(position, end - position) ?? ""
  }

  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw problem("takes what is not there")
    }
    return value
  }

  func top() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else { throw problem("takes what is not there") }
    return value
  }

  /// Everything since the last mark.
  mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw problem("has no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  mutating func keep(_ number: Int) throws { memo[number] = try top() }
  mutating func keepNext() throws { try keep(memo.count) }

  mutating func recall(_ number: Int) throws {
    guard let value = memo[number] else { throw problem("recalls what was never kept") }
    push(value)
  }
}
