import Datasets
import Synchronization

/// Counts how often a picture is taken.
final class CountingSource: PictureSource {
  private let base: ScenesSource
  private let pictures = Mutex(0)

  init(_ base: ScenesSource) { self.base = base }

  var taken: Int { pictures.withLock { $0 } }
  var count: Int { base.count }
  var name: String { base.name }
  var classNames: [String] { base.classNames }
  func picture(at index: Int) throws -> Picture {
    pictures.withLock { $0 += 1 }
    return base.picture(at: index)
  }
  func label(at index: Int) -> Int? { base.label(at: index) }
  func caption(at index: Int) -> String? { base.caption(at: index) }
  func itemName(at index: Int) -> String { base.itemName(at: index) }
}
