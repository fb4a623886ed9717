import Recipe

extension Precision {
  /// Bytes of an element.
  var stride: Int { self == .bfloat16 ? 2 : 4 }
}
