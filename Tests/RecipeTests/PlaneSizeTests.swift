import Foundation
import Recipe
import Testing

@Suite struct PlaneSizeTests {
  @Test func squaresAreNumbersInFiles() throws {
    let sizes: [PlaneSize] = [64, PlaneSize(height: 128, width: 64)]
    let text = String(decoding: try JSONEncoder().encode(sizes), as: UTF8.self)
    #expect(text == "[64,[128,64]]")
    #expect(try JSONDecoder().decode([PlaneSize].self, from: Data(text.utf8)) == sizes)
    #expect(try JSONDecoder().decode([PlaneSize].self, from: Data("[[32,32]]".utf8)) == [32])
    for wrong in ["[[1,2,3]]", "[[]]", "[\"64\"]", "[{}]", "[1.5]", "[null]"] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode([PlaneSize].self, from: Data(wrong.utf8)) }
    }
  }

  @Test func wordsAndFigures() {
    let (square, tall): (PlaneSize, PlaneSize) = (224, PlaneSize(height: 128, width: 64))
    #expect("\(square) \(tall)" == "224 128 x 64" && square.sides == "224 x 224" && tall.brief == "128x64")
    #expect(tall.area == 8192 && tall.shorter == 64 && tall.longer == 128 && !tall.isSquare && square.isSquare)
    let grid = tall / 16
    #expect(grid == PlaneSize(height: 8, width: 4))
    #expect(grid * 16 == tall && tall.shape == 0.5)
    #expect(tall.isMultiple(of: 64) && !tall.isMultiple(of: 48) && !PlaneSize(height: 64, width: 30).isMultiple(of: 4))
  }

  /// What a hostile file says of sizes is refused later, not a crash here.
  @Test func absurdSizesDoNotCrash() {
    #expect((PlaneSize(square: .max) * 2).shorter < 0)
    #expect((PlaneSize(square: 8) / 0).height == 8 && PlaneSize(square: 7).isMultiple(of: 0))
  }
}
