import Files
import Foundation
import RunEvents
import Sessions

/// What a run tells of its ranks to whoever watches the machine. A watcher that cannot read it shows the run without.
struct RanksFile {
  private let path: URL
  /// A thousand ranks take a tenth of it.
  private static let limit = 1 << 20

  init(_ store: RunStore, _ run: String) { path = store.ranksFile(of: run) }

  func write(_ ranks: [RankSample]) throws { try runJSONEncoder().encode(ranks).write(to: path, options: .atomic) }

  func read() -> [RankSample]? {
    guard let bytes = try? RegularFile.read(path.path, limit: Self.limit) else { return nil }
    return try? runJSONDecoder().decode([RankSample].self, from: bytes)
  }

  /// Another process has the run in hand now.
  func remove() { try? FileManager.default.removeItem(at: path) }
}
