import Recipe

/// Device memory for `count` elements. What stands behind it is the device's affair; nothing above `Tensors` sees a
/// pointer. When the last reference goes, the memory returns to its device's pool.
package class Storage {
  package let count: Int
  /// Number format of the elements.
  package let precision: Precision
  /// Whether the elements are not going to change: the device may then keep them in the way that its products want. A
  /// write is right all the same, only slower.
  var isConstant = false

  init(count: Int, precision: Precision) {
    self.count = count
    self.precision = precision
  }
}
