import Files
import Foundation

/// Pictures in class directories to learn from and others to be scored on, of one folder or of two, with everything
/// that was decided about them and everything that was found and is not used.
package struct LabelledFolders: Sendable {
  package let train: any PictureSource
  /// Numbered as the training pictures are.
  package let test: any PictureSource
  /// How the pictures came into the two, in words: `by the folders train and valid`.
  package let split: String
  package let leftOut: LeftOut
  /// What a person might not expect: whole clauses.
  package let notes: [String]
  /// Whether the pictures of one folder were split here, so that nobody chose what is in which part.
  package let isAutomatic: Bool

  private static let heldOutEvery = 5

  /// One folder: with parts in it, told by their names, those; else its class directories, of each of which every fifth
  /// picture is scored and the others are learned from.
  /// - Throws: ``DatasetError`` if that cannot be decided, and where there is too little of anything.
  package init(in folder: URL) throws {
    let found: Found
    switch try FoundData(at: folder) {
    case .packed(let data):
      try self.init(data)
      return
    case .pictures(let search): found = try Found(search, folder)
    }
    let layout = try LayoutDecision(place: folder.path).layout(of: found.tree)
    var leftOut = found.search.leftOut
    switch layout.kind {
    case .parts(let train, let test):
      let learned = try found.classes(in: train)
      let known = try ImageFolderSource(learned, labelled: true)
      let scored = try ImageFolderSource(found.classes(in: test), labelled: true, classNames: known.classNames)
      found.count([train, test], unused: layout.unused, in: &leftOut)
      try self.init(
        train: known, test: scored, split: "by the folders \(train) and \(test)", leftOut: leftOut, notes: layout.notes)
    case .partsOfClasses(let root, let train, let test):
      let all = try ImageFolderSource(found.classes(in: root), labelled: true)
      func indices(_ parts: Set<String>) -> [Int] {
        all.files.indices.filter { parts.contains(String(all.files[$0].split(separator: "/")[1])) }
      }
      for unused in layout.unused {
        leftOut.add(.part((unused.path as NSString).lastPathComponent), unused.path, count: unused.count)
      }
      found.countStrays(in: root, &leftOut)
      let names = (listed(train.sorted()), listed(test.sorted()))
      try self.init(
        train: PictureSubset(all, indices: indices(train), name: "\(folder.path), \(names.0) of each class"),
        test: PictureSubset(all, indices: indices(test), name: "\(folder.path), \(names.1) of each class"),
        split: "by the folders \(names.0) and \(names.1) in each class", leftOut: leftOut, notes: layout.notes)
    case .classes(let root):
      let all = try ImageFolderSource(found.classes(in: root), labelled: true)
      found.count([root], unused: layout.unused, in: &leftOut)
      try self.init(fifthsOf: all, name: all.name, leftOut: leftOut, notes: layout.notes)
    }
  }

  /// Two folders of class directories, or other data with labels.
  package init(train: URL, test: URL) throws {
    let (first, second) = (try FoundData(at: train), try FoundData(at: test))
    guard case .pictures(let learning) = first, case .pictures(let scoring) = second else {
      let learned = try Self.labelled(first, train, roles: [.train])
      let scored = try Self.labelled(second, test, known: learned.classNames, roles: [.validation, .test])
      try self.init(
        train: learned, test: scored, split: "by the two places that were named", leftOut: LeftOut())
      return
    }
    let learned = try Found(learning, train)
    let scored = try Found(scoring, test)
    let root = try LayoutDecision(place: train.path).classRoot(of: learned.tree)
    let known = try ImageFolderSource(
      learned.classes(in: root.path), directory: root.path.isEmpty ? train : nil, labelled: true)
    let other = try LayoutDecision(place: test.path).classRoot(of: scored.tree, known: known.classNames)
    let source = try ImageFolderSource(
      scored.classes(in: other.path), directory: other.path.isEmpty ? test : nil, labelled: true,
      classNames: known.classNames)
    var leftOut = learned.search.leftOut
    learned.count([root.path], unused: [], in: &leftOut)
    leftOut.add(scored.search.leftOut)
    scored.count([other.path], unused: [], in: &leftOut)
    try self.init(train: known, test: source, split: "by the two folders that were named", leftOut: leftOut)
  }

  /// Files that hold pictures with labels, or a list of them: the parts that they name, else every fifth picture.
  private init(_ data: PackedData) throws {
    let place = data.place.text
    let all = try PackedPictures(data, labelled: data.items, leftOut: data.leftOut)
    let roles = data.roles
    let scored: SplitRole? = roles.contains(.validation) ? .validation : roles.contains(.test) ? .test : nil
    guard roles.contains(.train), let scored else {
      try self.init(fifthsOf: all, name: place, leftOut: LeftOut(), notes: [])
      return
    }
    var left = LeftOut()
    func part(_ role: SplitRole) -> PictureSubset {
      PictureSubset(
        all, indices: all.items.indices.filter { all.items[$0].role == role }, name: "\(place), \(role.rawValue)")
    }
    for item in all.items where item.role != .train && item.role != scored {
      left.add(.part(item.role?.rawValue ?? "no part"), item.name)
    }
    try self.init(
      train: part(.train), test: part(scored), split: "by the parts train and \(scored.rawValue) in it", leftOut: left)
  }

  /// All pictures with labels of one of two places; of those with parts in them the part that is meant.
  private static func labelled(
    _ found: FoundData, _ place: URL, known: [String]? = nil, roles: [SplitRole]
  ) throws -> any PictureSource {
    switch found {
    case .packed(let data):
      let meant = roles.first(where: data.roles.contains)
      let others = data.roles.count > 1 ? meant : nil
      var left = data.leftOut
      if let others {
        for item in data.items where item.role != others {
          left.add(.part(item.role?.rawValue ?? "no part"), item.name)
        }
      }
      return try PackedPictures(
        data, labelled: data.items.filter { others == nil || $0.role == others }, classNames: known, leftOut: left)
    case .pictures(let search):
      let found = try Found(search, place)
      let root = try LayoutDecision(place: place.path).classRoot(of: found.tree, known: known ?? [])
      var left = search.leftOut
      found.count([root.path], unused: [], in: &left)
      return try ImageFolderSource(
        found.classes(in: root.path), directory: root.path.isEmpty ? place : nil, labelled: true, classNames: known,
        leftOut: left)
    }
  }

  private init(fifthsOf all: any PictureSource, name: String, leftOut: LeftOut, notes: [String]) throws {
    var places = [Int](repeating: 0, count: all.classNames.count)
    var (learned, scored): ([Int], [Int]) = ([], [])
    for index in 0..<all.count {
      let label = all.label(at: index) ?? 0
      places[label] += 1
      if places[label] % Self.heldOutEvery == 0 { scored.append(index) } else { learned.append(index) }
    }
    guard !scored.isEmpty else {
      throw DatasetError(
        "\(name) has fewer than \(Self.heldOutEvery) pictures in each of its classes, too few to keep some apart for scoring: "
          + "add pictures, or give folders train and val in it.")
    }
    try self.init(
      train: PictureSubset(all, indices: learned, name: "\(name), four of five"),
      test: PictureSubset(all, indices: scored, name: "\(name), every fifth"),
      split: "automatically, every fifth picture of each class in the order of the names is scored on (20%, no seed)",
      leftOut: leftOut, notes: notes, isAutomatic: true)
  }

  private init(
    train: any PictureSource, test: any PictureSource, split: String, leftOut: LeftOut, notes: [String] = [],
    isAutomatic: Bool = false
  ) throws {
    let classes = train.classNames
    self.train = train
    self.test = test
    self.split = split
    self.isAutomatic = isAutomatic
    var all = leftOut
    // Class directories without pictures are found when labels are given.
    for source in train is PictureSubset ? [train] : [train, test] { all.add(source.leftOut) }
    self.leftOut = all
    var scored = [Bool](repeating: false, count: classes.count)
    for index in 0..<test.count { if let label = test.label(at: index) { scored[label] = true } }
    let missing = classes.indices.filter { !scored[$0] }.map { classes[$0] }
    self.notes =
      notes
      + (missing.isEmpty
        ? []
        : [
          "\(missing.count) of \(classes.count) classes \(missing.count == 1 ? "has" : "have") no picture to score on (\(listed(missing)))"
        ])
  }
}

/// A folder that was searched.
private struct Found {
  let search: PictureSearch
  let tree: FolderTree

  init(_ search: PictureSearch, _ folder: URL) throws {
    self.search = search
    tree = FolderTree(files: search.files)
    guard !search.files.isEmpty else {
      // Says what was looked for.
      _ = try ImageFolderSource(search, directory: folder, leftOut: search.leftOut)
      return
    }
  }

  /// The pictures in class directories of a folder in it.
  func classes(in root: String) throws -> PictureSearch {
    let part = search.part(root) { $0.utf8.contains(UInt8(ascii: "/")) }
    guard !part.files.isEmpty else {
      let place = root.isEmpty ? search.root : search.root.appending(root)
      throw DatasetError(
        "\(place.text) has no class directories: put the pictures of each class into a folder of its own.")
    }
    return part
  }

  /// Adds the pictures beside the parts of each class below `root`, and beside the classes.
  func countStrays(in root: String, _ leftOut: inout LeftOut) {
    let prefix = root.isEmpty ? "" : root + "/"
    for file in search.files {
      let isPart = file.hasPrefix(prefix) && file.dropFirst(prefix.count).split(separator: "/").count > 2
      if !isPart { leftOut.add(.unclassed, file) }
    }
  }

  /// Adds the pictures that are not in class directories of `roots`.
  func count(_ roots: [String], unused: [FolderLayout.Unused], in leftOut: inout LeftOut) {
    for part in unused {
      let first = search.files.first { $0.hasPrefix(part.path + "/") } ?? part.path
      leftOut.add(.part(part.path), first, count: part.count)
    }
    let known = unused.map { $0.path + "/" }
    let prefixes = roots.map { $0.isEmpty ? "" : $0 + "/" }
    for file in search.files where !known.contains(where: file.hasPrefix) {
      let isUsed = prefixes.contains { file.hasPrefix($0) && file.dropFirst($0.count).utf8.contains(UInt8(ascii: "/")) }
      if !isUsed { leftOut.add(.unclassed, file) }
    }
  }
}
