import Datasets
import Models
import Pretraining
import Tasks

/// The tokenizers that a teacher has a part in.
extension RunAssembly {
  func vqkdTeaching(source: any PictureSource, steps: Int) throws -> TeachingTask {
    let recipe = told(VQKDTeachingSettings(), steps: steps)
    let (name, vision) = try tokenizersTeacher(grid: recipe.grid)
    return TeachingTask(
      try VQKDTeaching(
        settings: recipe, source: source, teacher: TeacherGuidance(name: name, vision: vision, project: true),
        device: device))
  }

  func pecoTeaching(source: any PictureSource, steps: Int) throws -> TeachingTask {
    let recipe = told(PeCoTeachingSettings(), steps: steps)
    let (name, vision) = try tokenizersTeacher(imageSize: recipe.imageSize)
    return TeachingTask(
      try PeCoTeaching(settings: recipe, source: source, teacher: name, vision: vision, device: device))
  }
}
