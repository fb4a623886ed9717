/// As how many channels the pictures of a place are read where nothing else is wanted: grey ones as one, grey ones and
/// colours together as three, others as what most of them have.
package struct ChannelTally: Equatable, Sendable {
  /// Pictures by their channels (``PictureFacts/usualChannels``).
  package private(set) var counts: [Int: Int] = [:]

  package init() {}

  package mutating func add(_ facts: PictureFacts) { counts[facts.usualChannels, default: 0] += 1 }

  package var usual: Int {
    let colours = counts[3] ?? 0
    let others = counts.filter { $0.key != 1 && $0.key != 3 }
    if let most = others.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      others.values.reduce(0, +) > colours + (counts[1] ?? 0)
    {
      return most.key
    }
    return colours == 0 && counts[1] != nil ? 1 : 3
  }

  /// Pictures that cannot be read as that many.
  package var misfits: Int {
    let usual = usual
    return counts.filter { $0.key != usual && !([1, 3].contains($0.key) && [1, 3].contains(usual)) }.values.reduce(0, +)
  }
}
