import Datasets
import Models
import Pretraining
import Recipe
import Tensors

/// Attention that masks can go by where there is no run: that of the shipped CLIP teacher on drawn scenes.
struct SceneAttention {
  private static let teacher = "clip"
  private static let count = 64

  /// By scene: of every patch.
  let weights: [[Float]]
  let words =
    "the shipped teacher \(Self.teacher) on \(Self.count) drawn scenes, CLS in its last block, heads averaged; a run goes by its own teacher"

  /// - Throws: ``BackendError`` for a grid that no teacher has.
  init(rows: Int, columns: Int) throws {
    guard (2...64).contains(rows), (2...64).contains(columns) else {
      throw BackendError(
        "masks by attention need a grid of 2 to 64 patches a side, and --grid is \(rows)x\(columns)."
      )
    }
    let guidance = TeacherGuidance(
      name: Self.teacher,
      vision: try shippedTeacher(
        Self.teacher, device: try EngineOptions().makeDevice(), tower: nil,
        grid: PlaneSize(height: rows, width: columns), imageSize: nil),
      project: true)
    let scenes = ScenesSource(seed: 0, range: 0..<Self.count, size: guidance.imageSize)
    weights = (0..<Self.count).flatMap { scene in
      let pixels = Tensor(
        scenes.picture(at: scene).planes, shape: [1, 3, guidance.imageSize.height, guidance.imageSize.width],
        device: guidance.vision.model.device)
      return guidance.attentionToPatches(pixels: pixels) ?? []
    }
  }
}
