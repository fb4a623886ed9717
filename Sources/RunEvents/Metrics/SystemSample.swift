/// What the machine was doing. What cannot be read there is nil or empty: it is left out, never shown as zero.
package struct SystemSample: Codable, Equatable, Sendable {
  /// Seconds between two samples that a run takes by itself, and that its store keeps.
  package static let interval = 5.0

  /// Last step of the run that was applied; without a run, the number of the sample.
  package var step: Int
  /// When it was taken, in seconds since 1970; nil if that was not told.
  package var time: Double?
  /// Busy part of each core since the sample before, 0...1.
  package var cores: [Double]
  /// Cores that this process kept busy since the sample before: 1.9 of 2.
  package var processCores: Double?
  /// Bytes of this process in memory now, and at most so far.
  package var residentBytes: Int?
  package var peakBytes: Int?
  /// Bytes that weights, gradients, moments and teachers take by their shapes; activations come on top.
  package var plannedBytes: Int?
  /// Bytes of tensors alive now, of the pool that they come from, and at most alive at once.
  package var tensorBytes: Int?
  package var peakTensorBytes: Int?
  /// Memory of the machine in bytes.
  package var memoryBytes: Int?
  package var availableBytes: Int?
  /// The file system that checkpoints go to, and its folder.
  package var diskFreeBytes: Int?
  package var diskBytes: Int?
  package var folder: String
  /// Bytes a second that went from and to disks, and over networks other than the machine's own loop, since the sample
  /// before.
  package var diskReadRate: Double?
  package var diskWriteRate: Double?
  package var networkInRate: Double?
  package var networkOutRate: Double?
  /// Runs of the sessions folder that go on; nil if nobody looked for them.
  package var runs: [LiveRunSample]?
  /// The machine's GPUs; nil where there is nothing to ask for them.
  package var gpus: [GPUSample]?
  /// Why nothing is known of them, if there are any.
  package var gpusProblem: String?
  /// Processes that train this run together; nil where it is one.
  package var ranks: [RankSample]?

  package init(
    step: Int, time: Double? = nil, cores: [Double] = [], processCores: Double? = nil, residentBytes: Int? = nil,
    peakBytes: Int? = nil,
    plannedBytes: Int? = nil, tensorBytes: Int? = nil, peakTensorBytes: Int? = nil, memoryBytes: Int? = nil,
    availableBytes: Int? = nil, diskFreeBytes: Int? = nil, diskBytes: Int? = nil, folder: String = "",
    diskReadRate: Double? = nil, diskWriteRate: Double? = nil, networkInRate: Double? = nil,
    networkOutRate: Double? = nil, runs: [LiveRunSample]? = nil, gpus: [GPUSample]? = nil,
    gpusProblem: String? = nil, ranks: [RankSample]? = nil
  ) {
    self.step = step
    self.time = time
    self.cores = cores
    self.processCores = processCores
    self.residentBytes = residentBytes
    self.peakBytes = peakBytes
    self.plannedBytes = plannedBytes
    self.tensorBytes = tensorBytes
    self.peakTensorBytes = peakTensorBytes
    self.memoryBytes = memoryBytes
    self.availableBytes = availableBytes
    self.diskFreeBytes = diskFreeBytes
    self.diskBytes = diskBytes
    self.folder = folder
    self.diskReadRate = diskReadRate
    self.diskWriteRate = diskWriteRate
    self.networkInRate = networkInRate
    self.networkOutRate = networkOutRate
    self.runs = runs
    self.gpus = gpus
    self.gpusProblem = gpusProblem
    self.ranks = ranks
  }

  enum CodingKeys: String, CodingKey {
    case step, time, cores, folder, runs, gpus, ranks
    case gpusProblem = "gpus_problem"
    case processCores = "process_cores"
    case residentBytes = "resident_bytes"
    case peakBytes = "peak_bytes"
    case plannedBytes = "planned_bytes"
    case tensorBytes = "tensor_bytes"
    case peakTensorBytes = "peak_tensor_bytes"
    case memoryBytes = "memory_bytes"
    case availableBytes = "available_bytes"
    case diskFreeBytes = "disk_free_bytes"
    case diskBytes = "disk_bytes"
    case diskReadRate = "disk_read_rate"
    case diskWriteRate = "disk_write_rate"
    case networkInRate = "network_in_rate"
    case networkOutRate = "network_out_rate"
  }
}
