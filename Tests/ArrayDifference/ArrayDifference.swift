/// A number of an array that is compared.
public protocol ComparedNumber: Numeric, Comparable {
  func isSame(as other: Self) -> Bool
}

extension ComparedNumber {
  public func isSame(as other: Self) -> Bool { self == other }
}

extension UInt8: ComparedNumber {}
extension Int: ComparedNumber {}
extension Double: ComparedNumber {}
extension Float: ComparedNumber {
  /// Equal to the bit: neither is 0 the same as -0, nor anything the same as what is no number.
  public func isSame(as other: Float) -> Bool { self == other && bitPattern == other.bitPattern }
}

/// How an array differs from what is expected, in a line; nil where every value is the same. `#expect(difference(a, b)
/// == nil)` says that much where `#expect(a == b)` would print both arrays.
public func difference<Number: ComparedNumber>(_ found: [Number], _ expected: [Number]) -> String? {
  guard found.count == expected.count else { return "\(found.count) values where \(expected.count) are expected" }
  let differing = found.indices.filter { !found[$0].isSame(as: expected[$0]) }
  guard let first = differing.first else { return nil }
  var largest: Number = 0
  for index in differing {
    let (a, b) = (found[index], expected[index])
    let distance = a > b ? a - b : b - a
    // What is not a number is farther off than anything.
    if !(distance <= largest) { largest = distance }
    if distance != distance { break }
  }
  return
    "\(differing.count) of \(found.count) differ, the first at \(first): \(found[first]) where \(expected[first]) is "
    + "expected; the largest difference is \(largest)"
}

/// The same for several arrays: which is the first that differs, and how.
public func difference<Number: ComparedNumber>(_ found: [[Number]], _ expected: [[Number]]) -> String? {
  guard found.count == expected.count else { return "\(found.count) arrays where \(expected.count) are expected" }
  for (index, (a, b)) in zip(found, expected).enumerated() {
    if let difference = difference(a, b) { return "array \(index): \(difference)" }
  }
  return nil
}

/// The same for arrays by name.
public func difference<Number: ComparedNumber>(
  _ found: [String: [Number]], _ expected: [String: [Number]]
) -> String? {
  let (names, others) = (found.keys.sorted(), expected.keys.sorted())
  guard names == others else {
    let odd = Set(names).symmetricDifference(others).sorted().prefix(3).joined(separator: ", ")
    return "\(names.count) arrays where \(others.count) are expected; only one side has \(odd)"
  }
  for name in names {
    if let difference = difference(found[name] ?? [], expected[name] ?? []) { return "\(name): \(difference)" }
  }
  return nil
}
