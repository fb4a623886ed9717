extension PickleReader {
  /// Does what an opcode says; `STOP` is the caller's.
  mutating func obey(_ opcode: UInt8) throws {
    switch opcode {
    case 0x80: _ = try byte()  // PROTO
    case 0x95: _ = try integer(UInt64.self)  // FRAME
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): push(try top())
    case UInt8(ascii: "c"): try pushGlobal(module: line(), name: line())
    case 0x93:  // STACK_GLOBAL
      let (name, module) = (try pop().text, try pop().text)
      guard let name, let module else { throw problem("names a class by no text") }
      try pushGlobal(module: module, name: name)
    case UInt8(ascii: "R"), 0x81:  // REDUCE, NEWOBJ
      let arguments = try pop()
      try call(pop(), arguments)
    case 0x92:  // NEWOBJ_EX
      _ = try pop()
      let arguments = try pop()
      try call(pop(), arguments)
    case UInt8(ascii: "b"): try build()
    case UInt8(ascii: "Q"): try pushStorage()
    case UInt8(ascii: "q"): try keep(Int(byte()))
    case UInt8(ascii: "r"): try keep(Int(integer(UInt32.self)))
    case 0x94: try keepNext()  // MEMOIZE
    case UInt8(ascii: "h"): try recall(Int(byte()))
    case UInt8(ascii: "j"): try recall(Int(integer(UInt32.self)))
    case UInt8(ascii: "p"): try keep(Int(line()) ?? -1)
    case UInt8(ascii: "g"): try recall(Int(line()) ?? -1)
    default:
      guard try obeyConstant(opcode) || obeyCollection(opcode) else {
        throw problem("has opcode \(opcode), which torch does not write,")
      }
    }
  }

  private mutating func obeyConstant(_ opcode: UInt8) throws -> Bool {
    switch opcode {
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.bool(true))
    case 0x89: push(.bool(false))
    case UInt8(ascii: "J"): push(.integer(Int(try integer(Int32.self))))
    case UInt8(ascii: "K"): push(.integer(Int(try byte())))
    case UInt8(ascii: "M"): push(.integer(Int(try integer(UInt16.self))))
    case 0x8A: try pushLong(Int(byte()))
    case 0x8B: try pushLong(Int(integer(UInt32.self)))
    case UInt8(ascii: "I"), UInt8(ascii: "L"):
      let digits = try line()
      push(Int(digits.hasSuffix("L") ? String(digits.dropLast()) : digits).map { .integer($0) } ?? .inert)
    case UInt8(ascii: "F"): push(.number(Double(try line()) ?? .nan))
    case UInt8(ascii: "G"): push(.number(Double(bitPattern: try integer(UInt64.self).byteSwapped)))
    case UInt8(ascii: "X"), UInt8(ascii: "T"): push(.text(try text(integer(UInt32.self))))
    case 0x8C, UInt8(ascii: "U"): push(.text(try text(byte())))
    case 0x8D: push(.text(try text(integer(UInt64.self))))
    case UInt8(ascii: "V"), UInt8(ascii: "S"): push(.text(try line()))
    case UInt8(ascii: "C"): try skip(byte())
    case UInt8(ascii: "B"): try skip(integer(UInt32.self))
    case 0x8E, 0x96: try skip(integer(UInt64.self))
    default: return false
    }
    return true
  }

  private mutating func obeyCollection(_ opcode: UInt8) throws -> Bool {
    switch opcode {
    case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"), 0x8F: push(.node(try node()))
    case UInt8(ascii: "t"), UInt8(ascii: "l"), 0x91: push(.node(try node(popToMark())))
    case 0x85...0x87:
      let items = try (0..<Int(opcode) - 0x84).map { _ in try pop() }
      push(.node(try node(items.reversed())))
    case UInt8(ascii: "a"):
      let item = try pop()
      try top().node?.items.append(item)
    case UInt8(ascii: "e"), 0x90:
      let items = try popToMark()
      try top().node?.items += items
    case UInt8(ascii: "s"):
      let (value, key) = (try pop(), try pop())
      try top().node?.pairs.append((key, value))
    case UInt8(ascii: "u"): try add(popToMark(), to: top().node)
    case UInt8(ascii: "d"):
      let made = try node()
      try add(popToMark(), to: made)
      push(.node(made))
    default: return false
    }
    return true
  }

  private func add(_ items: [PickleValue], to node: PickleNode?) throws {
    guard items.count.isMultiple(of: 2) else { throw problem("has a key without a value") }
    for index in stride(from: 0, to: items.count, by: 2) { node?.pairs.append((items[index], items[index + 1])) }
  }

  /// A whole number of so many bytes, the lowest first; inert where it is wider than 64 bits.
  private mutating func pushLong(_ length: Int) throws {
    guard length <= 8 else { return try skip(length) }
    var bits: UInt64 = 0
    for index in 0..<length { bits |= UInt64(try byte()) << (8 * UInt64(index)) }
    let unused = UInt64(64 - 8 * length)
    push(.integer(length == 0 ? 0 : Int(truncatingIfNeeded: Int64(bitPattern: bits << unused) >> Int64(unused))))
  }

  private mutating func skip(_ length: some BinaryInteger) throws {
    guard let count = Int(exactly: length), count <= bytes.count - position else { throw problem("ends too early") }
    position += count
    push(.inert)
  }
}
