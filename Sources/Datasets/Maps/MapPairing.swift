import Files

/// Which files of a folder are pictures and which are their maps, by the habits of public data sets: a folder of maps
/// beside one of pictures, with parts in each (ADE20K: `images/training/a.jpg`, `annotations/training/a.png`) or not
/// (`masks/a.png` beside `a.jpg`), or a map beside each picture (`a_mask.png`).
struct MapPairing {
  struct Pair: Equatable {
    /// Places in the search.
    var picture: Int
    var map: Int
    /// The part of the data that it lies in; nil where no folder's name says.
    var role: SplitRole?
  }

  private(set) var pairs: [Pair] = []
  private(set) var leftOut = LeftOut()

  private static let pictureFolders: Set<String> = [
    "images", "image", "imgs", "img", "pictures", "photos", "jpegimages",
  ]
  private static let mapFolders: Set<String> = [
    "masks", "mask", "annotations", "annotation", "labels", "label", "segmentations", "segmentation",
    "segmentationclass",
  ]
  private static let mapSuffix = "_mask"

  /// - Parameter files: paths relative to the folder.
  init(files: [String]) {
    let places = files.map(Place.init)
    var maps: [String: Int] = [:]
    var used: Set<Int> = []
    for (index, place) in places.enumerated() where place.isMap {
      if place.ending == "png" { maps[place.key] = index } else { leftOut.add(.lossyMap, files[index]) }
    }
    for (index, place) in places.enumerated() where !place.isMap {
      guard let map = maps[place.key] else {
        leftOut.add(.unmapped, files[index])
        continue
      }
      used.insert(map)
      pairs.append(Pair(picture: index, map: map, role: place.role))
    }
    for (index, place) in places.enumerated() where place.isMap && place.ending == "png" && !used.contains(index) {
      leftOut.add(.unpictured, files[index])
    }
  }

  /// What a path says.
  private struct Place {
    /// The path without what says whether it is a picture or a map, and without its ending.
    var key: String
    var ending: String
    var isMap = false
    var role: SplitRole?

    init(_ file: String) {
      var names = file.split(separator: "/").map(String.init)
      var stem = names.popLast() ?? ""
      let dot = stem.lastIndex(of: ".")
      ending = dot.map { stem[stem.index(after: $0)...].lowercased() } ?? ""
      stem = dot.map { String(stem[..<$0]) } ?? stem
      if stem.hasSuffix(MapPairing.mapSuffix), ending == "png" {
        stem.removeLast(MapPairing.mapSuffix.count)
        isMap = true
      }
      if names.contains(where: { MapPairing.mapFolders.contains($0.lowercased()) }) { isMap = true }
      names.removeAll {
        MapPairing.mapFolders.contains($0.lowercased()) || MapPairing.pictureFolders.contains($0.lowercased())
      }
      role = names.lazy.compactMap { SplitRole(folderName: $0) }.first
      key = (names + [stem]).joined(separator: "/")
    }
  }
}
