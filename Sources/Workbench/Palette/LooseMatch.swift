/// How loosely a word stands in a text: its letters in their order, others between them. 0: all together, from the
/// beginning of a word on. nil if they are too far apart to be meant.
///
/// Letters cost nothing next to the one before, 1 at the beginning of a word (`lrs` of `learning_rate_scale`),
/// elsewhere as many as are passed over and 1 more.
func looseness(of word: String, in text: String) -> Int? {
  let letters = Array(word.lowercased())
  let characters = Array(text.lowercased())
  guard !letters.isEmpty else { return 0 }
  func beginsWord(_ index: Int) -> Bool {
    index == 0 || !(characters[index - 1].isLetter || characters[index - 1].isNumber)
  }
  let unmatched = Int.max / 2
  // The least cost of the letters so far, the last of them at each place.
  var costs = characters.indices.map { index in
    characters[index] != letters[0] ? unmatched : beginsWord(index) ? 0 : startInsideWord
  }
  for letter in letters.dropFirst() {
    var next = [Int](repeating: unmatched, count: characters.count)
    for index in characters.indices.dropFirst() where characters[index] == letter {
      for before in 0..<index where costs[before] < unmatched {
        let passed = index - before - 1
        let cost = passed == 0 ? 0 : beginsWord(index) ? 1 : passed + 1
        next[index] = min(next[index], costs[before] + cost)
      }
    }
    costs = next
  }
  guard let least = costs.min(), least <= mostPerLetter * letters.count else { return nil }
  return least
}

private let startInsideWord = 3
private let mostPerLetter = 2
