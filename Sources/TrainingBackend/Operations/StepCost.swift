import Datasets
import Foundation
import Models
import Pretraining
import Recipe
import Sessions
import Tasks
import Tensors

/// What an optimiser step of a session costs on this machine.
package struct StepCost: Equatable, Sendable {
  /// Seconds of an optimiser step, accumulation counted in.
  package let seconds: Double
  /// Bytes that a run needs.
  package let memoryBytes: Int
  /// Trained parameters.
  package let parameters: Int
  /// The model that is trained, and what guides it, in words.
  package let student: String
  package let teachers: [String]
  /// Of a step, in 0...1; nil where it is not known.
  package let teacherShare: Double?
  /// Features of one crop by the teacher that the run begins with; nil where it is not known.
  package let valuesPerCrop: Int?
  package let isMeasured: Bool
  /// How the seconds came about, in words.
  package let account: String
  /// What a person should know of how weights were understood, a clause each.
  package let notes: [String]

  /// Code, decoded pictures, the store: what a run needs beside its tensors.
  private static let programBytes = 100 << 20

  // MARK: - By a few steps

  /// Pictures of the steps that tell how many can be measured in the time there is.
  private static let firstBatch = 2
  private static let secondsOfAStep = 2.5
  private static let secondsInAll = 6.0
  private static let mostSteps = 5

  /// Makes a few steps, of which nothing is kept: of the session's batch, or of a smaller one where that takes long.
  ///
  /// - Parameter source: pictures; nil takes noise in their place.
  init(measuring session: Session, source: (any PictureSource)?) throws {
    let whole = session.settings.schedule.batchSize
    var trial = try Trial(session, batch: min(whole, StepCost.firstBatch), source: source)
    _ = try trial.step()
    let first = try trial.step()
    let each = max(first.seconds / Double(trial.batch), 1e-6)
    let wanted = min(whole, max(1, Int(StepCost.secondsOfAStep / each)))
    if wanted > trial.batch {
      trial = try Trial(session, batch: wanted, source: source)
      _ = try trial.step()
    }
    var steps: [TrainerMetrics] = []
    let start = ContinuousClock.now
    repeat {
      steps.append(try trial.step())
    } while steps.count < StepCost.mostSteps
      && start.duration(to: .now) < .seconds(StepCost.secondsInAll)

    let schedule = session.settings.schedule
    let factor = Double(whole) / Double(trial.batch)
    seconds = median(steps.map(\.seconds)) * factor * Double(schedule.accumulation)
    let teacher = median(steps.compactMap { $0.values[.teacherSeconds] })
    teacherShare = teacher > 0 ? teacher / max(median(steps.map(\.seconds)), 1e-9) : nil
    let about = trial.task.about
    parameters = about.model.parameters
    student = about.model.summary
    teachers = about.targets.map { "\($0.name) \($0.model.summary)" }
    notes = about.notes
    let current = trial.task.targets?.currentTarget
    valuesPerCrop = about.targets.first { $0.name == current }.map {
      (1 + about.grid.rows * about.grid.columns) * $0.targetWidth
    }
    let activations = max(0, trial.device.memoryUse.peakInUse - about.plannedBytes)
    let size = session.settings.student.imageSize
    let ahead =
      (session.settings.data.prefetchBatches + 1) * whole * session.settings.data.channels * size.area
      * MemoryLayout<Float>.stride
    memoryBytes = about.plannedBytes + Int(Double(activations) * factor) + ahead + StepCost.programBytes
    isMeasured = true
    account =
      "measured over \(steps.count) step\(steps.count == 1 ? "" : "s")"
      + (trial.batch < whole ? " of \(trial.batch) pictures and taken times \(whole)/\(trial.batch)" : "")
      + (source == nil ? ", on noise in place of the pictures" : "")
  }

  // MARK: - By arithmetic

  /// Share of the machine's peak that a step reaches about.
  private static let usualShare = 0.5
  /// Values that a block keeps of a token for its backward pass, in its width.
  private static let keptPerBlock = 12

  /// Without the teachers: as if one of the student's size guided it.
  init(estimating assembly: RunAssembly) throws {
    let settings = assembly.settings
    guard settings.followsTargets else {
      throw BackendError("what a step of \(settings.activity) costs is known by measuring alone.")
    }
    let wanted = settings.student
    let schedule = settings.schedule
    let size = BenchmarkSize(
      image: wanted.imageSize, patch: wanted.patchSize, width: wanted.width, depth: wanted.depth, heads: wanted.heads,
      batch: schedule.batchSize, outputs: wanted.width)
    let device = assembly.device
    let peak = device.productPeak(for: settings.engine.dtype)
    var work = PretrainingWork(outputs: wanted.width)
    work.encoding = settings.objective.encoding
    work.masked = settings.mask.maskedCount(of: wanted.patches)
    if settings.objective.head == .decoder { work.decoder = settings.objective.decoder.shape(of: wanted) }
    if settings.objective.head == .regressor { work.regressor = settings.objective.regressor.shape(of: wanted) }
    work.furtherBlocks = settings.objective.head == .linearCLS ? AggregationBlocks.depth : 0
    if case .computed(let kind)? = settings.guidance.teacher(named: settings.guidance.start)?.weights {
      work.outputs = kind.target.width(patch: wanted.patchSize)
      work.hasTeacher = false
    }
    let gflop = size.gflop(of: work)
    seconds = gflop * Double(schedule.accumulation) / (peak * StepCost.usualShare)
    let configuration = assembly.studentConfiguration
    let count = VisionTransformer.parameterShapes(of: configuration, device: device).reduce(0) {
      $0 + $1.shape.reduce(1, *)
    }
    parameters = count
    student = TaskDescription.Model(configuration, parameters: count).summary
    teachers = settings.guidance.teachers.map(\.name)
    let floats = MemoryLayout<Float>.stride
    let kept = settings.engine.recompute ? 1 : StepCost.keptPerBlock
    let activations = kept * size.tokens * schedule.batchSize * wanted.width * wanted.depth
    memoryBytes = floats * (5 * count + activations) + StepCost.programBytes
    teacherShare = nil
    valuesPerCrop = nil
    notes = []
    isMeasured = false
    account =
      "estimated from \(Int(gflop.rounded())) GFLOP x \(schedule.accumulation), "
      + (work.hasTeacher ? "a teacher of the student's size taken for granted, " : "")
      + "at half of \(device.capacity.holder)'s peak of \(Int(peak.rounded())) GFLOP/s"
  }
}

/// A run that is made to see what a step costs, and kept nowhere.
private struct Trial {
  let task: any TrainingTask
  let device: any ComputeDevice
  let batch: Int

  init(_ session: Session, batch: Int, source: (any PictureSource)?) throws {
    var session = session
    session.settings.schedule.batchSize = batch
    session.settings.schedule.accumulation = 1
    session.settings.schedule.steps = 1_000
    session.settings.schedule.epochs = nil
    session.settings.preview.count = 0
    session.settings.engine.teacherCache = false
    device = try EngineOptions(session.settings).makeDevice()
    self.batch = batch
    let assembly = RunAssembly(session: session, device: device)
    guard source != nil || session.settings.followsTargets else {
      throw BackendError("what a step of \(session.settings.activity) costs is measured on its pictures alone.")
    }
    if let source {
      task = try assembly.task(source: source, totalSteps: 1_000)
    } else {
      task = try assembly.trainer(
        loader: BatchesInMemory([
          Trial.noise(
            batch, size: session.settings.student.imageSize, channels: session.settings.data.channels)
        ]), previews: nil,
        totalSteps: 1_000)
    }
    try task.targets?.select(session.settings.guidance.start)
  }

  func step() throws -> TrainerMetrics {
    switch try task.step() {
    case .applied(let metrics): return metrics
    case .rejected(let rejection): throw rejection
    }
  }

  /// Values in 0...1.
  private static func noise(_ batch: Int, size: PlaneSize, channels: Int) -> Batch {
    var generator = Philox(seed: 0, purpose: .other)
    let pixels = (0..<batch * channels * size.area).map { _ in generator.uniform() }
    return Batch(pixels: pixels, channels: channels, size: size, indices: Array(0..<batch))
  }
}
