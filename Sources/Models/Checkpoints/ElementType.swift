/// Types in which containers of weights store their numbers, named as safetensors names them.
package enum ElementType: String, Sendable, CaseIterable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case boolean = "BOOL"

  /// Bytes of one element.
  package var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .boolean: 1
    }
  }

  /// What little-endian elements are as `Float`; nil for a type that is not floating.
  func floats(_ bytes: UnsafeRawBufferPointer) -> [Float]? {
    switch self {
    case .float32 where UInt32(1).littleEndian == 1: copied(bytes)
    case .float32: converted(bytes, UInt32.self) { Float(bitPattern: $0) }
    case .bfloat16: converted(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float16: converted(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .float64: converted(bytes, UInt64.self) { Float(Double(bitPattern: $0)) }
    default: nil
    }
  }

  private func copied(_ bytes: UnsafeRawBufferPointer) -> [Float] {
    let elements = bytes.count / size
    return [Float](unsafeUninitializedCapacity: elements) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes.prefix(elements * size)))
      count = elements
    }
  }

  private func converted<Bits: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ bits: Bits.Type, _ convert: (Bits) -> Float
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
      count = bytes.count / size
      for i in 0..<count {
        buffer[i] = convert(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: i * size, as: Bits.self)))
      }
    }
  }
}
