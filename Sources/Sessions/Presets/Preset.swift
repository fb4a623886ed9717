/// A session that comes with the program.
///
/// The files in `sessions` are for reading and copying; the same text stands here so that the program knows its presets
/// wherever it runs. A test holds the two against each other, and rewrites these constants with `MVP_WRITE_PRESETS=1`.
public struct Preset: Sendable {
  public let name: String
  public let yaml: String

  public static let all: [Preset] = [demo, mvpB16ImageNet, mvpL16ImageNet]
}
