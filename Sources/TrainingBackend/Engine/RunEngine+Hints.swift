import Pretraining
import Tasks

extension RunEngine {
  /// Says once, early in a run, that a cache of the teacher's features would make it faster.
  func hintAtTeacherCache(_ metrics: TrainerMetrics) {
    guard
      let share = teacherCacheWatch.take(teacher: metrics.values[.teacherSeconds] ?? 0, step: metrics.seconds),
      let target = task.about.targets.first(where: { $0.name == metrics.guidance })
    else { return }
    // What learns gives other features of a crop each time.
    guard settings.guidance.teacher(named: metrics.guidance)?.weights != .average else { return }
    let grid = task.about.grid
    let pictures = assembly.settings.schedule.effectiveBatch * totalSteps
    let hint = TeacherCacheHint(
      settings, share: share, valuesPerCrop: (1 + grid.rows * grid.columns) * target.targetWidth,
      pictures: datasetSize, epochs: Double(pictures) / Double(max(1, datasetSize)))
    if let hint { message(.warning, hint.text) }
  }
}
