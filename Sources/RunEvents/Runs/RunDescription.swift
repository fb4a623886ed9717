import Measures

/// The header of a run: everything a front end needs before the first step.
package struct RunDescription: Codable, Equatable, Sendable {
  /// Session name (file name without `.yaml`).
  package var session: String
  /// Run name, unique in its session (`brisk-otter`).
  package var run: String
  /// What the run trains, by the session's word (`pretrain`); nil where an earlier version of the program wrote it.
  package var task: String?
  package var seed: UInt64
  package var totalSteps: Int
  /// Step that training goes on from; 0 for a fresh run.
  package var startStep: Int
  package var batchSize: Int
  /// Micro-batches that one optimiser step accumulates.
  package var accumulation: Int
  /// Pictures in the training data.
  package var datasetSize: Int
  package var dataset: String
  package var student: ModelDescription
  package var guidances: [GuidanceDescription]
  /// Name of the guidance in force at `startStep`.
  package var guidance: String
  /// Patch grid, rows then columns.
  package var grid: [Int]
  /// Masked patches of `grid[0] * grid[1]`; with varying masks, the usual number.
  package var maskedPatches: Int
  /// Compute device in words: `OpenBLAS Cooperlake x2, fp32`.
  package var device: String
  /// Evaluations that this session offers, by name (`knn`, `linear`); ``evaluations`` describes them.
  package var evals: [String]
  /// Pictures in the preview set, for stepping through.
  package var previewCount: Int
  /// How much was found in the folder of training pictures and is not trained on, and why, one text a reason; nil where
  /// nothing was.
  package var leftOut: Int?
  package var leftOutReasons: [String]?
  /// The labelled pictures that evaluations use; nil where there are none.
  package var evalData: EvalData?
  /// Greatest learning rate of the run as it begins, every factor counted in; nil from earlier programs.
  package var peakRate: Double?
  /// nil from earlier programs.
  private var describedMetrics: [Metric]?
  /// The whole session as the run begins with it, in the order of its sections; nil from earlier programs.
  package var configuration: [ConfigurationValue]?
  /// What the kinds in ``evals`` say of themselves; nil from earlier programs.
  package var evaluations: [EvaluationDescription]?
  /// Where the run was forked from another.
  package var origin: RunOrigin?
  /// What it is a trial of.
  package var trial: TrialOrigin?

  /// Several guidances at once that `g` switches to as well, by name; nil: there are none.
  package var mixtures: [String]?

  package init(
    session: String, run: String, task: String? = nil, seed: UInt64, totalSteps: Int, startStep: Int, batchSize: Int,
    accumulation: Int, datasetSize: Int, dataset: String, student: ModelDescription, guidances: [GuidanceDescription],
    guidance: String,
    grid: [Int], maskedPatches: Int, device: String, evals: [String], previewCount: Int,
    leftOut: Int? = nil, leftOutReasons: [String]? = nil, evalData: EvalData? = nil, peakRate: Double? = nil,
    metrics: [Metric],
    configuration: [ConfigurationValue]? = nil, evaluations: [EvaluationDescription]? = nil,
    origin: RunOrigin? = nil, trial: TrialOrigin? = nil, mixtures: [String]? = nil
  ) {
    self.session = session
    self.run = run
    self.task = task
    self.seed = seed
    self.totalSteps = totalSteps
    self.startStep = startStep
    self.batchSize = batchSize
    self.accumulation = accumulation
    self.datasetSize = datasetSize
    self.dataset = dataset
    self.student = student
    self.guidances = guidances
    self.guidance = guidance
    self.grid = grid
    self.maskedPatches = maskedPatches
    self.device = device
    self.evals = evals
    self.previewCount = previewCount
    self.leftOut = leftOut
    self.leftOutReasons = leftOutReasons
    self.evalData = evalData
    self.peakRate = peakRate
    describedMetrics = metrics
    self.configuration = configuration
    self.evaluations = evaluations
    self.origin = origin
    self.mixtures = mixtures
    self.trial = trial
  }

  /// What every step measures.
  package var metrics: [Metric] { describedMetrics ?? Metric.earlier }

  enum CodingKeys: String, CodingKey {
    case session, run, task, seed, accumulation, dataset, student, guidances, guidance, grid, device, evals,
      configuration, evaluations, mixtures
    case describedMetrics = "metrics"
    case totalSteps = "total_steps"
    case startStep = "start_step"
    case batchSize = "batch_size"
    case datasetSize = "dataset_size"
    case maskedPatches = "masked_patches"
    case previewCount = "preview_count"
    case leftOut = "left_out"
    case leftOutReasons = "left_out_reasons"
    case evalData = "eval_data"
    case peakRate = "peak_rate"
    case origin = "fork_of"
    case trial = "trial_of"
  }
}

/// A network in words and one number.
package struct ModelDescription: Codable, Equatable, Sendable {
  /// `ViT d128 L6 h4 p8 64px`.
  package var summary: String
  package var parameters: Int

  package init(summary: String, parameters: Int) {
    self.summary = summary
    self.parameters = parameters
  }
}

/// A teacher that a run can be guided by.
package struct GuidanceDescription: Codable, Equatable, Sendable {
  /// Key in the session (`clip`, `dino`).
  package var name: String
  package var teacher: ModelDescription
  /// Width of a target feature, which is that of predictions.
  package var featureWidth: Int
  /// How many codes there are, where targets are codes; nil: they are features.
  package var codes: Int?

  package init(name: String, teacher: ModelDescription, featureWidth: Int, codes: Int? = nil) {
    self.name = name
    self.teacher = teacher
    self.featureWidth = featureWidth
    self.codes = codes
  }

  enum CodingKeys: String, CodingKey {
    case name, teacher, codes
    case featureWidth = "feature_width"
  }
}
