import Recipe
import Tasks

extension ComputedGuidance {
  package func shown(_ predictions: [Float], over planes: [Float], size: PlaneSize, mask: [Bool]) -> ShownPicture? {
    let edge = size.height / grid.rows
    let channels = planes.count / max(size.area, 1)
    let seen = shownChannels ?? ChannelView.usual(of: channels)
    guard channels > 0, seen.allSatisfy((0..<channels).contains) else { return nil }
    var rgb = [UInt8](repeating: 0, count: 3 * size.area)
    for patch in mask.indices {
      let (top, left) = (patch / grid.columns * edge, patch % grid.columns * edge)
      let places = (0..<edge * edge).map { (top + $0 / edge) * size.width + left + $0 % edge }
      var pixels = places.flatMap { place in (0..<channels).map { planes[$0 * size.area + place] } }
      if mask[patch] {
        let values = predictions[patch * featureWidth..<(patch + 1) * featureWidth]
        guard let predicted = target.pixels(of: values, over: pixels) else { return nil }
        pixels = predicted
      }
      for (place, pixel) in places.enumerated() {
        for (colour, channel) in seen.enumerated() {
          let value = pixels[channels * place + channel]
          rgb[3 * pixel + colour] = value.isFinite ? UInt8(min(max(255 * value, 0), 255).rounded()) : 0
        }
      }
    }
    return ShownPicture(
      title: "rebuilt", brief: "predicted beside what is seen",
      help: "the prediction of masked patches beside the visible ones"
        + (target.borrowed.map { "; \($0)" } ?? ""), rgb: rgb)
  }
}
