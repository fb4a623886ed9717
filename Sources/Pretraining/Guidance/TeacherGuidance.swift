import Models
import Recipe
import Tensors

/// A frozen Vision Transformer as guidance: CLIP's image tower, a DINO or DINOv2 model, or any checkpoint that loads as
/// one.
///
/// Its features are taken after the final norm (CLIP's `ln_post` included) for every token; `project` then applies
/// CLIP's projection to each of them, as BEiT v2, EVA and iTPN do. Pictures are resized where the teacher's patch is
/// not the student's, so that both see the same grid. Of pictures with other channels than the teacher's, it sees those
/// that it is given.
package final class TeacherGuidance: Guidance {
  package let name: String
  package let featureWidth: Int
  package let grid: (rows: Int, columns: Int)
  package let vision: LoadedVision
  package let project: Bool
  /// Of the teacher's input, in pixels.
  package let imageSize: PlaneSize
  /// Which channels of a picture it sees, from 0 on; nil: all.
  package let channels: [Int]?

  /// - Parameters:
  ///   - project: whether to use the projection; a teacher without one gives its tokens as they are.
  ///   - channels: as many as the teacher's pictures have; nil: those of the pictures.
  package init(name: String, vision: LoadedVision, project: Bool, channels: [Int]? = nil) {
    let configuration = vision.model.configuration
    self.name = name
    self.vision = vision
    self.project = project && configuration.projection != nil
    self.channels = channels
    featureWidth = project ? configuration.projection ?? configuration.width : configuration.width
    grid = configuration.grid.rowsAndColumns
    imageSize = configuration.imageSize
    vision.model.freezeForGood()
  }

  package func targets(pixels: Tensor) throws -> Tensor { features(pixels, rows: nil) }

  package func targets(pixels: Tensor, rows: [Int32]) throws -> Tensor { features(pixels, rows: rows) }

  package func targets(
    pixels: Tensor, rows: [Int32]?, observe: @escaping (_ stage: String, _ values: Tensor) -> Void
  ) throws -> Tensor {
    features(pixels, rows: rows, observe: observe)
  }

  package var network: LoadedVision? { vision }

  package var summary: String {
    vision.report + (channels.map { "; sees channels \($0.map(String.init).joined(separator: ", "))" } ?? "")
  }

  package func attention(pixels: Tensor, block: Int, query: Int) -> [Float] {
    vision.model.attention(
      pixels.channels(channels).resampled(to: imageSize), normalization: vision.normalization, block: block,
      query: query)
  }

  private func features(
    _ pixels: Tensor, rows: [Int32]?, observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    let tokens = vision.model.features(
      pixels.channels(channels).resampled(to: imageSize), normalization: vision.normalization, rows: rows,
      observe: observe)
    return project ? vision.model.projected(tokens) : tokens
  }
}
