/// The patches that a sparse encoding sees, as many of each picture, in the pictures' order.
package struct VisiblePatches: Equatable, Sendable {
  package let pictures: Int
  /// M, patches of a picture.
  package let patches: Int
  /// B * V numbers of a picture's patches, 0..<M.
  package let places: [Int32]

  /// - Parameter mask: B * M flags, true = masked; as many of each picture.
  package init(mask: [Bool], pictures: Int) {
    self.pictures = pictures
    patches = mask.count / max(pictures, 1)
    let patches = patches
    places = mask.indices.filter { !mask[$0] }.map { Int32($0 % max(patches, 1)) }
    for picture in 0..<pictures {
      let seen = mask[picture * patches..<(picture + 1) * patches].count { !$0 }
      precondition(seen * pictures == places.count, "a sparse encoding of \(seen) of \(places.count) visible patches")
    }
  }

  /// The patches that are not among these.
  package var others: VisiblePatches {
    var mask = [Bool](repeating: false, count: pictures * patches)
    for row in patchRows { mask[Int(row)] = true }
    return VisiblePatches(mask: mask, pictures: pictures)
  }

  /// V, visible patches of a picture.
  package var each: Int { places.count / max(pictures, 1) }

  /// Places among the B * M patches of all pictures.
  package var patchRows: [Int32] {
    places.enumerated().map { Int32($0.offset / max(each, 1) * patches) + $0.element }
  }

  /// For the 1 + V tokens of every picture their places among its 1 + M, CLS first.
  package var tokenPlaces: [Int32] {
    (0..<pictures).flatMap { picture -> [Int32] in [0] + places[picture * each..<(picture + 1) * each].map { $0 + 1 } }
  }

  /// For the 1 + M tokens of every picture, CLS first, their places among the B * (1 + V) that were encoded; `unseen`
  /// for those that were not.
  /// - Parameter hasCLS: false: among the B * V patches alone, `unseen` for CLS, too.
  package func sources(unseen: Int32, hasCLS: Bool = true) -> [Int32] {
    var sources = [Int32](repeating: unseen, count: pictures * (1 + patches))
    guard hasCLS else {
      for (source, row) in patchRows.enumerated() {
        sources[Int(row) + 1 + Int(row) / patches] = Int32(source)
      }
      return sources
    }
    for (source, place) in tokenPlaces.enumerated() {
      sources[source / (1 + each) * (1 + patches) + Int(place)] = Int32(source)
    }
    return sources
  }
}
