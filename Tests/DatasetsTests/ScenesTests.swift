import Datasets
import Recipe
import Testing

@Suite("Built-in scenes")
struct ScenesTests {
  private let scenes = ScenesSource(seed: 3, range: 100..<700, size: 32)

  @Test("A scene is a function of seed and index, in whatever range it is asked for")
  func pure() {
    let elsewhere = ScenesSource(seed: 3, range: 150..<160, size: 32)
    let samePictures = scenes.picture(at: 57) == elsewhere.picture(at: 7)
    #expect(samePictures)
    #expect(scenes.caption(at: 57) == elsewhere.caption(at: 7))
    #expect(scenes.label(at: 57) == elsewhere.label(at: 7))
    #expect(scenes.itemName(at: 57) == "scene 157" && elsewhere.itemName(at: 7) == "scene 157")
    let otherSeed = ScenesSource(seed: 4, range: 100..<700, size: 32)
    let differs =
      scenes.picture(at: 57) != otherSeed.picture(at: 57) && scenes.picture(at: 57) != scenes.picture(at: 58)
    #expect(differs)
  }

  @Test("In a rectangle the scene is in the middle, as large as the shorter side")
  func rectangles() {
    let square = ScenesSource(seed: 3, range: 100..<140, size: 32)
    for size in [PlaneSize(height: 64, width: 32), PlaneSize(height: 32, width: 64)] {
      let source = ScenesSource(seed: 3, range: 100..<140, size: size)
      for index in 0..<40 {
        let (map, picture) = (source.classMap(at: index), source.picture(at: index))
        #expect(map.width == size.width && picture.height == size.height && picture.rgb.count == 3 * 64 * 32)
        let (left, top) = ((size.width - 32) / 2, (size.height - 32) / 2)
        let middle = (0..<32 * 32).map { map.values[(top + $0 / 32) * size.width + left + $0 % 32] }
        #expect(middle == square.classMap(at: index).values)
        #expect(source.label(at: index) == square.label(at: index))
      }
    }
  }

  @Test("Every class is as frequent as any other, in any range")
  func balance() {
    #expect(scenes.classNames.count >= 12)
    for range in [0..<120, 5..<437] {
      let source = ScenesSource(seed: 1, range: range)
      var counts = [Int](repeating: 0, count: source.classNames.count)
      for i in 0..<source.count { counts[source.label(at: i) ?? 0] += 1 }
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 2, "\(counts)")
    }
    let first = (0..<12).map { ScenesSource(seed: 1, range: 0..<12).label(at: $0) }
    let second = (12..<24).map { ScenesSource(seed: 1, range: 0..<24).label(at: $0) }
    #expect(first != second, "the classes do not follow each other in one order")
  }

  @Test("A caption names the class always, the colour half of the time, the texture a third")
  func captions() {
    var colors = 0
    var textures = 0
    var texts: Set<String> = []
    for i in 0..<scenes.count {
      let caption = scenes.caption(at: i) ?? ""
      texts.insert(caption)
      let words = Set(caption.split(separator: " ").map(String.init))
      let named = scenes.classNames.filter(words.contains)
      #expect(named == [scenes.classNames[scenes.label(at: i) ?? 0]], "\(caption)")
      if SceneColor.allCases.contains(where: { words.contains($0.name) }) { colors += 1 }
      if SceneTexture.allCases.contains(where: { words.contains($0.name) }) { textures += 1 }
    }
    #expect(abs(colors - 300) < 50 && abs(textures - 200) < 50, "\(colors) colours and \(textures) textures of 600")
    #expect(texts.count > 200)
    #expect(SceneCaption.fill("this is {}", with: "orange fish") == "this is an orange fish")
  }

  @Test("Elsewhere the same thing stands before other colours, beside other things")
  func elsewhere() {
    let other = ScenesSource(seed: 3, range: 100..<700, size: 32, place: 1)
    let third = ScenesSource(seed: 3, range: 100..<700, size: 32, place: 2)
    for i in 0..<60 {
      let mark = UInt8((scenes.label(at: i) ?? 0) + 1)
      #expect(other.label(at: i) == scenes.label(at: i) && other.caption(at: i) == scenes.caption(at: i))
      #expect(
        other.classMap(at: i).values.map { $0 == mark } == scenes.classMap(at: i).values.map { $0 == mark },
        "scene \(i)")
      let differs = other.picture(at: i) != scenes.picture(at: i) && other.picture(at: i) != third.picture(at: i)
      #expect(differs)
      let (first, second) = (border(scenes.picture(at: i)), border(other.picture(at: i)))
      #expect(zip(first, second).map { abs($0 - $1) }.reduce(0, +) > 1, "the background of scene \(i) is the same")
    }
  }

  /// Mean colour of the topmost row.
  private func border(_ picture: Picture) -> [Double] {
    (0..<3).map { channel in
      (0..<picture.width).map { Double(picture.rgb[$0 * 3 + channel]) }.reduce(0, +) / Double(picture.width)
    }
  }

  @Test(
    "Colours that captions name are a class's usual ones more often than others, and any colour comes with any class")
  func usualColors() {
    let source = ScenesSource(seed: 5, range: 0..<7200, size: 8)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: SceneColor.allCases.count), count: 12)
    for i in 0..<source.count {
      let words = Set((source.caption(at: i) ?? "").split(separator: " ").map(String.init))
      for color in SceneColor.allCases where words.contains(color.name) {
        counts[source.label(at: i) ?? 0][color.rawValue] += 1
      }
    }
    for (label, row) in counts.enumerated() {
      // Of 300: two usual colours with .35 / 2 + .65 / 11 each, nine others with .65 / 11.
      let sorted = row.sorted(by: >)
      let total = Double(row.reduce(0, +))
      #expect(abs(Double(sorted[0] + sorted[1]) / total - 0.468) < 0.1, "\(label): \(row)")
      #expect((sorted.last ?? 0) > 0, "\(label): \(row)")
    }
  }

  @Test("The class map covers one large object of the label's class, and others are small")
  func classMaps() {
    for i in 0..<120 {
      let map = scenes.classMap(at: i).values
      #expect(map.count == 32 * 32)
      var areas = [Int](repeating: 0, count: scenes.classNames.count + 1)
      for mark in map { areas[Int(mark)] += 1 }
      let main = areas[(scenes.label(at: i) ?? 0) + 1]
      let others = areas[1...].reduce(0, +) - main
      #expect(main > 25 && main < 500, "scene \(i): \(main) pixels")
      #expect(main > others, "scene \(i): \(main) against \(others)")
    }
  }

  /// The map is right if colours change across its borders more than elsewhere.
  @Test("Borders of the class map are borders in the picture")
  func mapMatchesPicture() {
    let source = ScenesSource(seed: 3, range: 0..<60, size: 64)
    var across = (sum: 0.0, count: 0.0)
    var within = (sum: 0.0, count: 0.0)
    for i in 0..<source.count {
      let map = source.classMap(at: i).values
      let rgb = source.picture(at: i).rgb
      for y in 0..<64 {
        for x in 0..<61 {
          let (a, b) = (y * 64 + x, y * 64 + x + 3)
          let change = (0..<3).map { abs(Double(rgb[a * 3 + $0]) - Double(rgb[b * 3 + $0])) }.reduce(0, +)
          if map[a] != map[b] {
            across = (across.sum + change, across.count + 1)
          } else {
            within = (within.sum + change, within.count + 1)
          }
        }
      }
    }
    #expect(across.sum / across.count > 3 * within.sum / within.count)
  }

  @Test("The same scene at another size")
  func sizes() {
    let small = ScenesSource(seed: 3, range: 0..<12, size: 48)
    let large = ScenesSource(seed: 3, range: 0..<12, size: 96)
    for i in 0..<12 {
      let halved = large.picture(at: i).resized(width: 48, height: 48)
      let picture = small.picture(at: i)
      let error =
        zip(halved.rgb, picture.rgb).map { abs(Double($0) - Double($1)) }.reduce(0, +) / Double(picture.rgb.count)
      #expect(error < 16, "scene \(i): mean difference \(error)")
    }
  }

  /// Shape must be learnt: appearance alone gives the class away seldom. Pictures are averaged to 16 x 16, which
  /// neighbours by pixels find as easy as 64 x 64 (34.5% with 6000 to learn from; chance is 8.3%).
  @Test("20 nearest neighbours on pixels find the class of fewer than 35%, and of more than chance would")
  func neighboursOnPixels() {
    let train = thumbnails(ScenesSource(seed: 0, range: 0..<1200))
    let test = thumbnails(ScenesSource(seed: 0, range: 1200..<1500))
    var right = 0
    for picture in test {
      let near = train.map { (distance($0.values, picture.values), $0.label) }.sorted { $0.0 < $1.0 }.prefix(20)
      var votes = [Int](repeating: 0, count: 12)
      for (_, label) in near { votes[label] += 1 }
      if votes.firstIndex(of: votes.max() ?? 0) == picture.label { right += 1 }
    }
    let accuracy = Double(right) / Double(test.count)
    #expect(accuracy > 0.10 && accuracy < 0.35, "\(accuracy)")
  }

  /// Where looks tell nothing, outlines still do: they are the same.
  @Test func withoutHabitsLooksTellNothingOfTheClass() {
    let usual = ScenesSource(seed: 0, range: 0..<3000)
    let any = ScenesSource(seed: 0, range: 0..<3000, hasHabits: false)
    #expect(any.name == "scenes 0-2999 of any looks")
    for index in 0..<40 {
      let label = usual.label(at: index) ?? 0
      #expect(any.label(at: index) == label)
      let (first, second) = (usual.classMap(at: index), any.classMap(at: index))
      #expect(
        zip(first.values, second.values).allSatisfy { ($0 == label + 1) == ($1 == label + 1) }, "scene \(index)")
    }
    // Trees are mostly green or brown, two of eleven colours.
    func share(_ source: ScenesSource) -> Double {
      let trees = (0..<source.count).filter { source.classNames[source.label(at: $0) ?? 0] == "tree" }
      let words = trees.compactMap { source.caption(at: $0)?.split(separator: " ").map(String.init) }
      let colours = words.flatMap { $0.filter { word in SceneColor.allCases.contains { $0.name == word } } }
      return Double(colours.count { ["green", "brown"].contains($0) }) / Double(max(colours.count, 1))
    }
    #expect((0.35...0.6).contains(share(usual)) && (0.08...0.29).contains(share(any)), "\(share(usual)) \(share(any))")
  }

  private func thumbnails(_ source: ScenesSource) -> [(values: [Int32], label: Int)] {
    (0..<source.count).map { i in
      (source.picture(at: i).resized(width: 16, height: 16).rgb.map(Int32.init), source.label(at: i) ?? 0)
    }
  }

  private func distance(_ a: [Int32], _ b: [Int32]) -> Int32 {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var sum: Int32 = 0
        for i in 0..<a.count { sum &+= (a[i] &- b[i]) &* (a[i] &- b[i]) }
        return sum
      }
    }
  }
}
