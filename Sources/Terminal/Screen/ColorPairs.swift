/// Numbers for the pairs of colours in use, because curses knows colours only in pairs.
struct ColorPairs {
  private struct Pair: Hashable {
    var foreground: Int
    var background: Int
  }

  /// How many numbers there are, 0 included, which stands for the terminal's own two colours.
  let limit: Int
  private var numbers: [Pair: Int] = [:]

  init(limit: Int) {
    self.limit = limit
  }

  /// The number of a pair, and whether it has just been given and must be defined; nil if all numbers are taken.
  mutating func number(foreground: Int, background: Int) -> (number: Int, isNew: Bool)? {
    if foreground == -1, background == -1 { return (0, false) }
    let pair = Pair(foreground: foreground, background: background)
    if let known = numbers[pair] { return (known, false) }
    let next = numbers.count + 1
    guard next < limit else { return nil }
    numbers[pair] = next
    return (next, true)
  }

  mutating func removeAll() {
    numbers.removeAll(keepingCapacity: true)
  }
}
