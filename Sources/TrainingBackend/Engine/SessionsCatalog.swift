import Foundation
import RunEvents
import Sessions

/// The runs of all sessions in a folder.
package struct SessionsCatalog {
  private let folder: URL
  /// So many keys in which runs differ are given at most.
  private static let mostDiffering = 12

  package init(folder: URL) { self.folder = folder }

  /// - Parameters:
  ///   - keys: of the values that are wanted of each run.
  ///   - own: store of the session whose runs come first, under their plain names; nil: all are named `SESSION/RUN`.
  ///   - complain: is told what is wrong with a store, whose runs are left out; that of `own` is thrown.
  package func runs(
    with keys: [String], first own: RunStore? = nil, complain: (String) -> Void
  ) throws -> RunCatalog {
    var differing = try own?.catalog(isDetailed: true).differing ?? []
    var before = own
    let others = stores(besides: own?.session, complain) { other in
      let more =
        try (before?.keysDiffering(from: other) ?? []) + (try other.catalog(isDetailed: true).differing ?? [])
      differing += more.filter { !differing.contains($0) }
      if own == nil { before = other }
      return other
    }
    differing = Array(differing.prefix(Self.mostDiffering))
    let asked = keys + differing.filter { !keys.contains($0) }
    var catalog = try own?.catalog(values: asked, isDetailed: true) ?? RunCatalog(runs: [])
    for other in others { catalog.add(try other.catalog(values: asked, isDetailed: true), of: other.session) }
    catalog.keys = keys.isEmpty ? nil : keys
    catalog.differing = differing
    return catalog
  }

  /// Stores of the sessions that can be read.
  private func stores(
    besides own: String?, _ complain: (String) -> Void, _ look: (RunStore) throws -> RunStore
  ) -> [RunStore] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0 != own }.compactMap { name -> RunStore? in
      do {
        return try RunStore.existing(in: folder.appendingPathComponent(name, isDirectory: true)).map(look)
      } catch {
        complain("\(error)")
        return nil
      }
    }
  }
}
