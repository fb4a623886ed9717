/// What a folder of labelled pictures is: class directories, or parts to learn from and to score on with class
/// directories in each. This is the one place that decides it.
///
/// Names of parts are told by ``SplitRole``. Where a name could be a part's or a class's, what lies in the folders
/// decides: parts of a data set have the same class directories.
package struct FolderLayout: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// Class directories lie in `root`.
    case classes(root: String)
    /// Class directories lie in two other folders.
    case parts(train: String, test: String)
    /// Every class directory in `root` has parts of its own, told by the folders' names in it.
    case partsOfClasses(root: String, train: Set<String>, test: Set<String>)
  }

  /// A folder whose pictures are not used, with their number.
  package struct Unused: Equatable, Sendable {
    package var path: String
    package var count: Int
  }

  package let kind: Kind
  package internal(set) var unused: [Unused] = []
  /// What a person might not expect: whole clauses.
  package internal(set) var notes: [String] = []

  init(_ kind: Kind, unused: [Unused] = [], notes: [String] = []) {
    self.kind = kind
    self.unused = unused
    self.notes = notes
  }
}

extension ImageFolderSource {
  /// Folders that are named as parts of a data set (`train`, `val`), with their pictures; empty if there are none.
  package var parts: [FolderLayout.Unused] {
    var tree = FolderTree(files: files)
    while tree.hasStraysAlone, tree.folders.count == 1, let only = tree.folders.first, only.hasStraysAlone {
      tree = only
    }
    let named = tree.folders.filter { SplitRole(folderName: $0.name) != nil }
    return named.count > 1 ? named.map { FolderLayout.Unused(path: $0.path, count: $0.total) } : []
  }
}

/// Decides about one folder.
struct LayoutDecision {
  /// How errors call the folder.
  let place: String
  private static let remedy =
    "name the folder to learn from and the one to score on (--train and --test, or evals.data.train_path and test_path of a session)"

  /// What a folder is in which anything may lie.
  func layout(of tree: FolderTree) throws -> FolderLayout {
    let root = unwrapped(tree)
    if root.folders.count == 1, let only = root.folders.first, SplitRole(folderName: only.name) != nil {
      throw DatasetError(
        "\(place) holds \(only.name) alone, without class directories in it: put the pictures of each class into a folder of its own."
      )
    }
    let parts = root.folders.filter { SplitRole(folderName: $0.name) != nil }
    if !parts.isEmpty, parts.count == root.folders.count || isPart(parts, beside: root.folders) {
      return try self.parts(parts, of: root)
    }
    if let layout = try partsOfClasses(root) { return layout }
    try refuseHiddenParts(of: root)
    var layout = FolderLayout(.classes(root: root.path), notes: notes(root, below: tree))
    if !parts.isEmpty, root.folders.count > 1 {
      let others = root.names.filter { name in !parts.contains { $0.name == name } }
      layout.notes.append(
        "\(listed(parts.map(\.name))) \(parts.count == 1 ? "counts as a class" : "count as classes") beside \(listed(others))"
      )
    }
    return layout
  }

  /// Where the class directories of a folder lie that was given as the one to learn from or to score on.
  /// - Parameter known: classes of the other one.
  func classRoot(of tree: FolderTree, known: [String] = []) throws -> FolderTree {
    let root = unwrapped(tree, known: Set(known))
    let parts = root.folders.filter { SplitRole(folderName: $0.name) != nil }
    let isClass = !parts.isEmpty && !known.isEmpty && root.names.allSatisfy(known.contains)
    guard parts.isEmpty || isClass || parts.count < root.folders.count && !isPart(parts, beside: root.folders) else {
      throw DatasetError(
        "\(shown(tree)) holds \(listed(root.names, most: 5)), which are parts of a data set and no classes: name one of them."
      )
    }
    if known.isEmpty { try refuseHiddenParts(of: root) }
    return root
  }

  /// Goes down through folders that hold nothing but one other, as far as class directories go on below.
  private func unwrapped(_ tree: FolderTree, known: Set<String> = []) -> FolderTree {
    var root = tree
    while root.hasStraysAlone, root.folders.count == 1, let only = root.folders.first, !known.contains(only.name) {
      guard only.hasStraysAlone, only.hasClasses || only.folders.count == 1 else { break }
      root = only
    }
    // A chain of folders that ends in pictures is one class, whose directory is the first.
    return root.folders.count > 1 ? root : tree
  }

  /// Whether folders named as parts hold the same names as folders beside them, or those folders themselves.
  private func isPart(_ parts: [FolderTree], beside folders: [FolderTree]) -> Bool {
    parts.contains { part in
      let inside = Set(part.names.filter { !SplitRole.isNeutral(folderName: $0) })
      return folders.contains { $0 != part && (!inside.isDisjoint(with: $0.names) || inside.contains($0.name)) }
    }
  }

  private func parts(_ parts: [FolderTree], of root: FolderTree) throws -> FolderLayout {
    func those(_ role: SplitRole) -> [FolderTree] { parts.filter { SplitRole(folderName: $0.name) == role } }
    let names = listed(root.names, most: 5)
    if !those(.fold).isEmpty {
      throw DatasetError("\(shown(root)) holds \(names), parts that are told apart by numbers: \(Self.remedy).")
    }
    let learned = those(.train)
    guard learned.count < 2 else {
      throw DatasetError("\(shown(root)) holds \(names), of which several are to learn from: \(Self.remedy).")
    }
    guard let train = learned.first else {
      throw DatasetError("\(shown(root)) holds \(names), but nothing to learn from: \(Self.remedy).")
    }
    let around = root.folders.first { folder in train.names.contains(folder.name) && folder != train }
    guard around == nil else {
      throw DatasetError(
        "\(shown(root)) holds \(train.name) and beside it \(around?.name ?? ""), which is a class in it too: \(Self.remedy)."
      )
    }
    let classes = unwrapped(train)
    guard classes.hasClasses || classes.folders.count > 1 else {
      throw DatasetError(
        "\(shown(root)) holds \(names), but \(train.name) has no class directories: put the pictures of each class into a folder of its own."
      )
    }
    // Pictures for testing often come without labels; what is scored needs them.
    let candidates = those(.validation) + those(.test)
    let labelled = candidates.filter {
      !$0.folders.isEmpty && !Set(unwrapped($0, known: Set(classes.names)).names).isDisjoint(with: classes.names)
    }
    guard those(.validation).count < 2, those(.validation).count > 0 || those(.test).count < 2 else {
      throw DatasetError("\(shown(root)) holds \(names), of which several are to score on: \(Self.remedy).")
    }
    guard let test = labelled.first else {
      guard candidates.isEmpty, parts.count == root.folders.count else {
        throw DatasetError(
          candidates.isEmpty
            ? "\(shown(root)) holds \(names), of which \(train.name) is to learn from and none says that it is to score on: \(Self.remedy)."
            : "\(shown(root)) holds \(names), but \(listed(candidates.map(\.name))) \(candidates.count == 1 ? "has" : "have") none of the class directories that \(train.name) has (\(listed(classes.names))): \(Self.remedy)."
        )
      }
      return FolderLayout(.classes(root: classes.path))
    }
    let scored = try classRoot(of: test, known: classes.names)
    let unused = root.folders.filter { $0 != train && $0 != test }.map {
      FolderLayout.Unused(path: $0.path, count: $0.total)
    }
    return FolderLayout(
      .parts(train: try classRoot(of: train).path, test: scored.path),
      unused: unused, notes: unused.isEmpty ? [] : ["of \(listed(root.names, most: 5)), \(test.name) is scored on"])
  }

  /// `cat/train`, `cat/test`, `dog/train`, ...
  private func partsOfClasses(_ root: FolderTree) throws -> FolderLayout? {
    guard root.hasClasses else { return nil }
    func role(_ name: String) -> SplitRole? { SplitRole(folderName: name) }
    let names = Set(root.folders.flatMap(\.names))
    guard root.folders.allSatisfy({ $0.hasStraysAlone && $0.names.contains { role($0) != nil } }) else { return nil }
    let train = names.filter { role($0) == .train }
    let validation = names.filter { role($0) == .validation }
    let test = validation.isEmpty ? names.filter { role($0) == .test } : validation
    guard !train.isEmpty, !test.isEmpty else {
      throw DatasetError(
        "the classes of \(shown(root)) hold \(listed(names.sorted())), of which nothing is to learn from or nothing to score on: \(Self.remedy)."
      )
    }
    let unused = root.folders.flatMap(\.folders).filter { !train.contains($0.name) && !test.contains($0.name) }
    return FolderLayout(
      .partsOfClasses(root: root.path, train: train, test: test),
      unused: unused.map { FolderLayout.Unused(path: $0.path, count: $0.total) })
  }

  /// Parts whose names say nothing to us still have the same class directories; a class of which each part has its own
  /// folder differs in that part's name alone.
  private func refuseHiddenParts(of root: FolderTree) throws {
    let classes = Dictionary(grouping: root.names.compactMap { name in SplitRole.rest(of: name).map { ($0, name) } }) {
      $0.0
    }
    if let same = classes.values.first(where: { $0.count > 1 }) {
      throw DatasetError(
        "the class directories \(listed(same.map(\.1))) of \(shown(root)) are parts of one class: put them into a folder train and a folder test, each with a directory a class."
      )
    }
    guard root.hasClasses, root.folders.allSatisfy(\.hasStraysAlone), let first = root.folders.first else { return }
    let inside = Set(first.names)
    let telling = inside.filter { !SplitRole.isNeutral(folderName: $0) }
    guard telling.count > 1, root.folders.allSatisfy({ Set($0.names) == inside }) else { return }
    throw DatasetError(
      "\(shown(root)) holds \(listed(root.names)) with the same folders \(listed(inside.sorted())) in each, so that either may be the classes: "
        + "\(Self.remedy), or let the pictures lie in the class directories themselves.")
  }

  private func notes(_ root: FolderTree, below tree: FolderTree) -> [String] {
    let name = root.name
    guard root != tree, SplitRole(folderName: name) != nil else { return [] }
    return ["only \(name) is there"]
  }

  private func shown(_ tree: FolderTree) -> String { tree.path.isEmpty ? place : place + "/" + tree.path }
}
