import ArgumentParser
import Recipe

/// `224` or `128x64`, height then width, on the command line.
extension PlaneSize: ExpressibleByArgument {
  public init?(argument: String) {
    let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1] else { return nil }
    self.init(height: height, width: width)
  }

  public var defaultValueDescription: String { brief }
}
