import Datasets
import Foundation
import Testing

@Suite("Loading batches")
struct BatchLoaderTests {
  private let scenes = ScenesSource(seed: 2, range: 0..<50, size: 16)

  private func loader(
    _ source: (any PictureSource)? = nil, batch: Int = 8, seed: UInt64 = 1, prefetch: Int = 4, threads: Int = 1
  ) -> BatchLoader {
    BatchLoader(
      source: source ?? scenes, batchSize: batch, seed: seed, augmentation: .pretraining(size: 16), prefetch: prefetch,
      threads: threads)
  }

  @Test("The same batches for any prefetch and any number of threads", arguments: [(0, 1), (1, 1), (4, 1), (7, 3)])
  func determinism(prefetch: Int, threads: Int) throws {
    let plain = loader(prefetch: 0)
    let other = loader(prefetch: prefetch, threads: threads)
    for step in 0..<15 {
      let same = try plain.batch(step: step) == other.batch(step: step)
      #expect(same, "step \(step)")
    }
  }

  @Test("Starting in the middle, going back and jumping give what going straight gives")
  func resume() throws {
    let straight = loader()
    let batches = try (0..<14).map { try straight.batch(step: $0) }
    let resumed = loader(threads: 2)
    for step in [9, 10, 11, 12, 3, 4, 13, 13, 0] {
      let same = try resumed.batch(step: step) == batches[step]
      #expect(same, "step \(step)")
    }
    let otherSeed = try loader(seed: 7).batch(step: 0)
    let differs = otherSeed[0].pixels != batches[0][0].pixels && otherSeed[0].indices != batches[0][0].indices
    #expect(differs)
  }

  @Test("Each pass has every picture once, in an order of its own, and drops none")
  func epochs() throws {
    let loader = loader(batch: 8)
    let stream = (0..<25).flatMap { loader.indices(step: $0) }
    let passes = (0..<4).map { Array(stream[($0 * 50)..<($0 * 50 + 50)]) }
    for pass in passes { #expect(pass.sorted() == Array(0..<50)) }
    #expect(Set(passes).count == 4)
    #expect(try loader.batch(step: 6)[0].indices == loader.indices(step: 6), "across the end of a pass")
    #expect(loader.epoch(step: 25) == 4)
    let inOrder = BatchLoader(
      source: scenes, batchSize: 30, seed: 1, augmentation: .evaluation(size: 16), shuffles: false)
    #expect(inOrder.indices(step: 1) == Array(30..<50) + Array(0..<10))
  }

  @Test("With a number of crops, later passes show the same pixels again")
  func repeatedCrops() throws {
    let loader = BatchLoader(
      source: ScenesSource(seed: 2, range: 0..<4, size: 16), batchSize: 4, seed: 1,
      augmentation: .pretraining(size: 16),
      crops: 2)
    func pixels(pass: Int) throws -> [Int: [Float]] {
      let batch = try loader.batch(step: pass)[0]
      let each = batch.pixels.count / batch.count
      return Dictionary(
        uniqueKeysWithValues: batch.indices.enumerated().map { ($1, Array(batch.pixels[$0 * each..<($0 + 1) * each])) })
    }
    let passes = try (0..<4).map { try pixels(pass: $0) }
    #expect(passes[0] == passes[2] && passes[1] == passes[3])
    #expect(passes[0].allSatisfy { passes[1][$0.key] != $0.value })
  }

  @Test("Batches in memory come in turn")
  func memory() {
    let batches = (0..<3).map { Batch(pixels: [Float($0), 0, 0], size: 1, indices: [$0]) }
    let source = BatchesInMemory(batches)
    #expect(source.batchSize == 1 && source.pictureCount == 3)
    #expect((0..<7).map { source.batch(step: $0)[0].indices[0] } == [0, 1, 2, 0, 1, 2, 0])
  }

  @Test("A picture is cropped anew in each pass")
  func newCrops() throws {
    let one = loader(ScenesSource(seed: 2, range: 5..<6, size: 16), batch: 1)
    let differs = try one.batch(step: 0)[0].pixels != one.batch(step: 1)[0].pixels
    #expect(differs)
  }

  @Test("Shapes, labels and captions; views show the same pictures at their own sizes")
  func content() throws {
    let loader = BatchLoader(
      source: scenes, batchSize: 5, seed: 1, augmentation: .evaluation(size: 16), views: [.pretraining(size: 8)])
    let views = try loader.batch(step: 3)
    #expect(views.map(\.size) == [16, 8])
    #expect(views.map(\.pixels.count) == [5 * 3 * 256, 5 * 3 * 64])
    #expect(views[0].indices == views[1].indices)
    #expect(views[0].labels == views[0].indices.compactMap { scenes.label(at: $0) })
    #expect(views[0].captions == views[0].indices.compactMap { scenes.caption(at: $0) })
    let picture = scenes.picture(at: views[0].indices[4])
    let third = (0..<256).allSatisfy { views[0].pixels[(4 * 3 + 2) * 256 + $0] == Float(picture.rgb[$0 * 3 + 2]) / 255 }
    #expect(third, "the last plane of the last picture is its blue")
  }

  @Test("No more batches are made ahead than asked for")
  func bounded() throws {
    let source = CountingSource(scenes)
    let loader = BatchLoader(
      source: source, batchSize: 2, seed: 1, augmentation: .evaluation(size: 8), prefetch: 3, threads: 2)
    _ = try loader.batch(step: 0)
    let deadline = Date(timeIntervalSinceNow: 10)
    while source.taken < 8, Date() < deadline { usleep(1000) }
    usleep(50_000)
    #expect(source.taken == 8, "the batch and three more of two pictures each")
  }

  @Test("A picture that cannot be decoded is replaced by the next that can, and reported")
  func skipping() throws {
    try withTemporaryFolder { folder in
      for (name, content) in [("a", "color.png"), ("b", ""), ("c", ""), ("d", "gray.png")] {
        let bytes = content.isEmpty ? Data("broken".utf8) : try Data(contentsOf: Fixtures.url(content))
        try bytes.write(to: folder.appendingPathComponent("\(name).png"))
      }
      let source = try ImageFolderSource(directory: folder)
      let batch = try loader(source, batch: 4).batch(step: 0)[0]
      let asked = loader(source, batch: 4).indices(step: 0)
      #expect(batch.indices == asked.map { [0, 3, 3, 3][$0] })
      #expect(batch.labels.isEmpty && batch.captions == ["", "", "", ""])
      #expect(Set(batch.skipped.map(\.path)) == ["b.png", "c.png"])
      let place = folder.appendingPathComponent("c.png").path
      let reason = "\(place) cannot be decoded: the file is no JPEG, PNG, WebP or TIFF picture."
      #expect(batch.skipped.contains(SkippedPicture(path: "c.png", reason: reason)))
      let again = try loader(source, batch: 4, prefetch: 0, threads: 2).batch(step: 0)[0] == batch
      #expect(again)
    }
  }

  @Test("A source with nothing that decodes, or nothing at all, is an error")
  func nothing() throws {
    try withTemporaryFolder { folder in
      try Data("broken".utf8).write(to: folder.appendingPathComponent("x.png"))
      let loader = loader(try ImageFolderSource(directory: folder))
      for _ in 0..<2 { #expect(throws: DatasetError.self) { try loader.batch(step: 0) } }
    }
    let empty = loader(ScenesSource(seed: 0, range: 3..<3))
    #expect(throws: DatasetError("scenes is empty: give a source with pictures.")) { try empty.batch(step: 0) }
  }
}
