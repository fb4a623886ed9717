/// What a GPU was doing. A question that the device does not answer is nil: it is shown as n/a, never as a number.
package struct GPUSample: Codable, Equatable, Sendable {
  /// Number of the device, as NVIDIA's tools count.
  package var index: Int
  package var name: String
  /// Part of the last moment in which it computed, 0...1.
  package var utilisation: Double?
  package var memoryBytes: Int?
  package var usedBytes: Int?
  /// What it draws, and may draw at most.
  package var watts: Double?
  package var wattsLimit: Double?
  package var celsius: Double?
  /// Processes that compute on it; nil where that is not told.
  package var processes: [GPUProcess]?

  package init(
    index: Int, name: String, utilisation: Double? = nil, memoryBytes: Int? = nil, usedBytes: Int? = nil,
    watts: Double? = nil, wattsLimit: Double? = nil, celsius: Double? = nil, processes: [GPUProcess]? = nil
  ) {
    self.index = index
    self.name = name
    self.utilisation = utilisation
    self.memoryBytes = memoryBytes
    self.usedBytes = usedBytes
    self.watts = watts
    self.wattsLimit = wattsLimit
    self.celsius = celsius
    self.processes = processes
  }

  enum CodingKeys: String, CodingKey {
    case index, name, utilisation, watts, celsius, processes
    case memoryBytes = "memory_bytes"
    case usedBytes = "used_bytes"
    case wattsLimit = "watts_limit"
  }
}

/// A process on a GPU.
package struct GPUProcess: Codable, Equatable, Sendable {
  package var process: Int
  /// Bytes of the device's memory that it has; nil where that is not told.
  package var bytes: Int?

  package init(process: Int, bytes: Int?) {
    self.process = process
    self.bytes = bytes
  }
}
