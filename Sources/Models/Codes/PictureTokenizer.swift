import Recipe
import Tensors

/// A frozen network that makes each patch of a picture one of some codes.
package protocol PictureTokenizer: AnyObject {
  /// How many codes there are.
  var codes: Int { get }
  /// Pixels of its pictures along an edge of what one code stands for.
  var stride: Int { get }
  /// What each code stands for, [codes, width]; nil where the network has no such thing.
  var codebook: Tensor? { get }
  /// What it is, in one line.
  var report: String { get }
  /// Every array that its codes depend on.
  var parameters: [NamedTensor] { get }

  /// The code of each patch.
  /// - Parameter pixels: [B, 3, H, W] in 0...1, where ``stride`` divides S.
  /// - Returns: B * (S / stride)^2 codes, row by row of patches.
  func codes(of pixels: Tensor) -> [Int32]

  /// The pictures that codes stand for; nil where nothing makes pictures of them.
  /// - Parameter codes: B * grid.area of them.
  /// - Returns: [B, 3, rows * stride, columns * stride], about 0...1.
  func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor?
}
