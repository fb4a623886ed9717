/// The name that a mistyped one most likely meant: fewest edits, case and separators aside; nil if none is near.
package func nearest(to name: String, among names: [String]) -> String? {
  func plain(_ text: String) -> [Character] { text.lowercased().filter { !"_- .".contains($0) }.map { $0 } }
  let wanted = plain(name)
  let limit = max(1, min(3, wanted.count / 3))
  let near = names.map { (name: $0, edits: edits(wanted, plain($0))) }.min { $0.edits < $1.edits }
  return near.flatMap { $0.edits <= limit ? $0.name : nil }
}

/// How a sentence about a word that is none of some ends: `; did you mean knn?`, or a full stop if none is near.
package func meaning(of name: String, among names: [String]) -> String {
  nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? "."
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other
/// (optimal string alignment), in O(nm).
private func edits(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in 0..<b.count {
      row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
