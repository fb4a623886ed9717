import Foundation
import Pretraining
import Recipe
import Testing

/// Against `Fixtures/make_hog.py`.
@Suite struct OrientedGradientTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let patch: Int
      let values: [Float]
    }
    let size: PlaneSize
    let pixels: [Float]
    let cases: [Case]
  }

  @Test func histogramsAreNumpys() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/hog.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    let planes = fixture.pixels.map { $0 / 255 }
    for wanted in fixture.cases {
      let target = OrientedGradients()
      let found = planes.withUnsafeBufferPointer {
        target.values(planes: $0, size: fixture.size, patch: wanted.patch)
      }
      #expect(target.width(patch: wanted.patch) == 27 * (wanted.patch / 8) * (wanted.patch / 8))
      #expect(found.count == wanted.values.count)
      let worst = zip(found, wanted.values).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-5, "\(worst) in patches of \(wanted.patch)")
    }
    #expect(fixture.cases[0].values.count == 4 * 108)
  }

  @Test func everyPatchSizeHasCells() {
    let target = OrientedGradients()
    for (patch, cells) in [(4, 1), (8, 1), (14, 4), (16, 4), (24, 9), (7, 1)] {
      #expect(target.width(patch: patch) == 27 * cells)
      let planes = (0..<3 * 4 * patch * patch).map { Float($0 * 7 % 11) }
      let values = planes.withUnsafeBufferPointer {
        target.values(planes: $0, size: PlaneSize(square: 2 * patch), patch: patch)
      }
      #expect(values.count == 4 * 27 * cells && values.allSatisfy { (0...1.001).contains($0) })
    }
  }

  /// Bars of one direction each, and a plain picture; then what is said of them.
  @Test func signsAreThoseOfEdges() throws {
    func sign(_ colour: (Int, Int) -> Float) throws -> String {
      let size = 16
      let planes = (0..<3 * size * size).map { colour($0 % size, $0 / size % size) }
      let values = planes.withUnsafeBufferPointer {
        OrientedGradients().values(planes: $0, size: PlaneSize(square: size), patch: size)
      }
      let signs = try #require(OrientedGradients().signs(patch: size))
      #expect(signs.names.count == signs.signs.count && signs.signs.count == signs.plainSigns.count)
      return signs.plainSigns[signs.number(values[...])]
    }
    func wave(_ place: Int) -> Float { Float(0.5 + 0.4 * sin(Double(place) * 0.6)) }
    #expect(try sign { x, _ in wave(x) } == "|")
    #expect(try sign { _, y in wave(y) } == "-")
    #expect(try sign { x, y in wave(x + y) } == "/")
    #expect(try sign { x, y in wave(x - y) } == "\\")
    #expect(try sign { _, _ in 0.3 } == ".")
  }

  @Test func aPreviewShowsTargetAndPrediction() throws {
    var run = TinyRun()
    run.guidances = [ComputedGuidance(name: "hog", target: OrientedGradients(), grid: 2, patch: 8)]
    run.method = ComposedMethod(encoding: .dense, head: .normed)
    run.objective = Objective(tokens: .masked, kind: .mse)
    let trainer = try run.trainer()
    let signs = try #require(try trainer.preview(0).signs)
    #expect(signs.target.count == 4 && signs.prediction.count == 4 && signs.what == "edges")
    #expect(signs.target.allSatisfy { Int($0) < signs.names.count })
    let plain = try TinyRun().trainer()
    #expect(try plain.preview(0).signs == nil)
  }
}
