/// A value that is made when it is asked for first, and then kept. What failed is tried again.
final class Once<Value> {
  private var value: Value?

  func callAsFunction(_ make: () throws -> Value) rethrows -> Value {
    if let value { return value }
    let made = try make()
    value = made
    return made
  }
}
