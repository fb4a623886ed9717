import ArrayDifference
import Datasets
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// Runs whose pictures are rectangles.
@Suite struct RectangleRunTests {
  private static let tall = PlaneSize(height: 32, width: 16)

  private func run(_ size: PlaneSize = Self.tall, _ kind: MaskKind = .blockwise) -> TinyRun {
    var run = TinyRun()
    run.imageSize = size
    run.maskKind = kind
    run.masked = 3
    return run
  }

  @Test(arguments: [tall, PlaneSize(height: 16, width: 48)], MaskKind.allCases)
  func stepsAreMade(size: PlaneSize, kind: MaskKind) throws {
    let trainer = try run(size, kind).trainer()
    #expect(trainer.about.grid == (size / 8).rowsAndColumns && trainer.about.maskedPatches == 3)
    let losses = try (0..<30).map { _ in try trainer.applied().loss }
    #expect(losses.suffix(5).reduce(0, +) / 5 < losses[0])
    let preview = try trainer.preview(1)
    #expect(preview.size == size && preview.rgb.count == 3 * size.area)
    #expect(preview.rows == size.height / 8 && preview.columns == size.width / 8)
    #expect(preview.mask.count { $0 } == 3 && preview.cosine.count == preview.mask.count)
    let inspection = try trainer.inspect(0)
    #expect(inspection.rows * inspection.columns == preview.mask.count && trainer.featureSpread() != nil)
  }

  /// Twenty steps, what is kept of a run, and twenty more are the forty of one run.
  @Test func aRunThatWasStoppedIsTheSameRun() throws {
    var whole = run()
    whole.recipe = StudentRecipe(
      layerScale: 0.1, positions: .none, relativePositionBias: true, qkvBias: .queryValue, initialValues: .beit)
    let (straight, first) = (try whole.trainer(), try whole.trainer())
    for _ in 0..<40 { _ = try straight.applied() }
    for _ in 0..<20 { _ = try first.applied() }
    let state = first.state()
    let kept = Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, $0.tensor.array()) })
    let second = try whole.trainer()
    try second.restore(state.progress) { kept[$0] }
    for _ in 0..<20 { _ = try second.applied() }
    #expect(difference(straight.everything, second.everything) == nil)
  }

  @Test func everyMethodTakesRectangles() throws {
    let grid = PlaneSize(height: 8, width: 4)
    func changed(_ run: TinyRun, guidance: any Guidance) -> TinyRun {
      var run = run
      run.imageSize = Self.tall
      run.guidances = [guidance]
      return run
    }
    let codes = CodeGuidance(
      name: "codes", tokenizer: DiscreteVAE(DiscreteVAEConfiguration(), device: CPUDevice(threads: 1), seed: 1),
      grid: grid)
    for target: any PatchTarget in [NormalisedPixels(), MeanColour(), OrientedGradients()] {
      let computed = ComputedGuidance(name: "computed", target: target, grid: grid, patch: 4)
      for base in [TinyRun.mae(), .mae(encoding: .dense), .cae(ofCodes: false)] {
        let trainer = try changed(base, guidance: computed).trainer()
        #expect(try trainer.applied().loss.isFinite && trainer.preview(0).size == Self.tall)
      }
    }
    let trainer = try changed(.cae(), guidance: codes).trainer()
    #expect(try trainer.applied().loss.isFinite)
    #expect(try trainer.preview(0).size == Self.tall)
    let half = [Float](repeating: 0.5, count: 3 * Self.tall.area)
    let shown = codes.shown(
      [Float](repeating: 0, count: grid.area * codes.featureWidth), over: half, size: Self.tall,
      mask: (0..<grid.area).map { $0 % 2 == 0 })
    #expect(shown?.rgb.count == 3 * Self.tall.area)
  }

  /// What a patch of a rectangle has is what it has in a larger picture, where that does not reach beyond its edges.
  @Test func targetsOfAPatchDoNotKnowTheShape() {
    let (wide, square) = (PlaneSize(height: 16, width: 48), PlaneSize(square: 48))
    let planes = (0..<3 * square.area).map { Float($0 * $0 % 251) / 251 }
    let part = (0..<3).flatMap { planes[$0 * square.area..<$0 * square.area + wide.area] }
    for target: any PatchTarget in [NormalisedPixels(), MeanColour(), OrientedGradients()] {
      let width = target.width(patch: 8)
      let whole = planes.withUnsafeBufferPointer { target.values(planes: $0, size: square, patch: 8) }
      let own = part.withUnsafeBufferPointer { target.values(planes: $0, size: wide, patch: 8) }
      #expect(own.count == 12 * width && Array(own[..<(6 * width)]) == Array(whole[..<(6 * width)]))
    }
  }

  @Test func teachersOfAnotherShapeAreRefused() throws {
    var run = run()
    let square = TinyRun().teacher("square", seed: 3)
    run.guidances = [square]
    #expect(throws: TrainerError.grid(guidance: "square", teacher: [2, 2], student: [4, 2])) { try run.trainer() }
  }

  @Test func planesAreResampledByEachSide() {
    let (from, to) = (PlaneSize(height: 4, width: 8), PlaneSize(height: 8, width: 4))
    let rows = (0..<32).map { Float($0 / 8) / 4 }
    let made = PlaneResampling(from: from, to: to).apply(to: rows, planes: 1)
    let square = PlaneResampling(from: 4, to: 8).apply(to: (0..<16).map { Float($0 / 4) / 4 }, planes: 1)
    for row in 0..<8 { for column in 0..<4 { #expect(abs(made[row * 4 + column] - square[row * 8]) < 1e-6) } }
  }

  @Test func positionsArePooledByEachSide() {
    let device = CPUDevice(threads: 1)
    let from = PlaneSize(height: 4, width: 6)
    let positions = Tensor((0..<25 * 2).map { Float($0) }, shape: [25, 2], device: device)
    let halves = pooledPositions(positions, from: from, to: PlaneSize(height: 2, width: 3))
    #expect(halves.shape == [7, 2] && Array(halves.array()[..<4]) == [0, 1, 9, 10])
    #expect(pooledPositions(positions, from: from, to: PlaneSize(height: 3, width: 4)).shape == [13, 2])
  }
}
