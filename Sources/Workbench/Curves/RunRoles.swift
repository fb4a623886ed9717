import Canvas

/// The colours of runs that are laid over another one: each has its own by its name, so that it keeps it from one day
/// to the next, and takes another only where a run before it has that already.
package enum RunRoles {
  package static let all: [Role] = [.series1, .series2, .series3, .series4]

  /// - Parameter names: in the order in which the runs were laid over.
  package static func roles(of names: [String]) -> [Role] {
    var uses = [Int](repeating: 0, count: all.count)
    return names.map { name in
      let own = Int(hash(name) % UInt64(all.count))
      // The nearest from its own on that the fewest have.
      let places = (0..<all.count).map { (own + $0) % all.count }
      let place = places.min { uses[$0] < uses[$1] } ?? own
      uses[place] += 1
      return all[place]
    }
  }

  /// FNV-1a: the same in every process, other than Swift's own.
  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
