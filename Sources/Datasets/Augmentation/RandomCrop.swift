import Foundation
import Tensors

extension CropBox {
  /// A random box of an area and a shape: the area is uniform in `scale` (of the picture's), the logarithm of width /
  /// height is uniform in `ratio`. After ten tries that do not fit, the largest middle box whose shape is in `ratio`.
  ///
  /// Source: torchvision, `RandomResizedCrop.get_params`.
  package static func random(
    width: Int, height: Int, scale: ClosedRange<Float>, ratio: ClosedRange<Float>, using generator: inout Philox
  ) -> CropBox {
    let area = Float(width * height)
    for _ in 0..<10 {
      let wanted = area * generator.uniform(scale.lowerBound, scale.upperBound)
      let shape = exp(generator.uniform(log(ratio.lowerBound), log(ratio.upperBound)))
      let columns = Int((wanted * shape).squareRoot().rounded(.toNearestOrEven))
      let rows = Int((wanted / shape).squareRoot().rounded(.toNearestOrEven))
      if columns > 0, columns <= width, rows > 0, rows <= height {
        let top = generator.below(height - rows + 1)
        let left = generator.below(width - columns + 1)
        return CropBox(left: left, top: top, width: columns, height: rows)
      }
    }
    return middle(width: width, height: height, ratio: ratio)
  }

  private static func middle(width: Int, height: Int, ratio: ClosedRange<Float>) -> CropBox {
    let shape = Float(width) / Float(height)
    var columns = width
    var rows = height
    if shape < ratio.lowerBound {
      rows = max(Int((Float(width) / ratio.lowerBound).rounded()), 1)
    } else if shape > ratio.upperBound {
      columns = max(Int((Float(height) * ratio.upperBound).rounded()), 1)
    }
    return CropBox(left: (width - columns) / 2, top: (height - rows) / 2, width: columns, height: rows)
  }
}
