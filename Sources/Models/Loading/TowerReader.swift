import Tensors

/// Fills a module from a checkpoint: says first whether the checkpoint holds exactly what the module needs, then hands
/// out values.
final class TowerReader: ParameterSource {
  /// How many names of a kind an error lists.
  private static let listed = 3

  private let checkpoint: CheckpointFolder
  private let device: any ComputeDevice
  private let places: (String) -> [TensorPlace]
  /// Changes an array on its way in, e.g. to another grid of positions; nil leaves it.
  var adapt: (_ name: String, _ values: [Float], _ shape: [Int]) -> [Float] = { _, values, _ in values }
  /// The first thing that went wrong while values were read.
  private(set) var failure: (any Error)?

  init(_ checkpoint: CheckpointFolder, device: any ComputeDevice, places: @escaping (String) -> [TensorPlace]) {
    self.checkpoint = checkpoint
    self.device = device
    self.places = places
  }

  /// The first place whose tensors are all there.
  func place(_ name: String) -> TensorPlace? {
    places(name).first { $0.names.allSatisfy(checkpoint.has) }
  }

  func has(_ name: String) -> Bool { place(name) != nil }

  /// Whether at least one tensor of a parameter is there.
  func hasPart(_ name: String) -> Bool { places(name).flatMap(\.names).contains(where: checkpoint.has) }

  /// Rows of a parameter that may be stacked of several tensors.
  func rows(_ name: String) -> Int? {
    place(name)?.names.reduce(Int?.some(0)) { (sum: Int?, part: String) -> Int? in
      guard let sum, let own = checkpoint.shape(part)?.first else { return nil }
      let (all, overflow) = sum.addingReportingOverflow(own)
      return overflow ? nil : all
    }
  }

  /// Shape of a parameter that stands in one tensor.
  func shape(_ name: String) -> [Int]? {
    guard let place = place(name), let first = place.names.first, place.names.count == 1 else { return nil }
    return checkpoint.shape(first).map { place.isTransposed ? $0.reversed() : $0 }
  }

  /// Compares the checkpoint with what a module needs.
  /// - Parameters:
  ///   - what: the model as the error calls it
  ///   - expected: parameters with the shapes that files give them
  ///   - isOurs: whether a name belongs to the tower, so that it must not be left over
  /// - Throws: one sentence with the first missing, misshapen and unexpected tensors.
  func check(_ what: String, _ expected: [(name: String, shape: [Int])], isOurs: (String) -> Bool) throws {
    var missing: [String] = []
    var misshapen: [String] = []
    var used: Set<String> = []
    for (name, shape) in expected {
      guard let place = place(name) else {
        missing.append(firstMissing(name))
        continue
      }
      let rows = place.names.map { checkpoint.shape($0)?.first ?? 0 }
      let isWhole = rows.reduce(0) { $0.addingReportingOverflow($1).partialValue } == shape.first
      for (part, own) in zip(place.names, rows) {
        used.insert(part)
        let found = checkpoint.shape(part) ?? []
        var wanted = shape
        // Parts need not be alike, but make the whole.
        if place.names.count > 1 { wanted[0] = isWhole ? own : wanted[0] / place.names.count }
        if place.isTransposed { wanted.reverse() }
        if !isSame(found, wanted) {
          misshapen.append("\(part) \(found) instead of \(wanted)")
        }
      }
    }
    let unexpected = checkpoint.names.filter { !used.contains($0) && isOurs($0) }
    let parts = [("missing", missing), ("misshapen", misshapen), ("unexpected", unexpected)]
      .filter { !$0.1.isEmpty }
      .map { kind, names in
        let more = names.count - Self.listed
        return "\(kind) \(names.prefix(Self.listed).joined(separator: ", "))" + (more > 0 ? " and \(more) more" : "")
      }
    guard parts.isEmpty else {
      throw CheckpointError.file(
        checkpoint.path,
        "does not hold \(what): \(parts.joined(separator: "; ")); use the weights and the configuration of one model")
    }
  }

  /// Tokens and positions come with or without axes of length 1, a convolution's weight with or without its last axes
  /// merged.
  private func isSame(_ found: [Int], _ wanted: [Int]) -> Bool {
    let merged = wanted.count == 4 ? [wanted[0], wanted.dropFirst().reduce(1, *)] : wanted
    let significant = found.filter { $0 != 1 }
    return significant == wanted.filter { $0 != 1 } || significant == merged.filter { $0 != 1 }
  }

  private func firstMissing(_ name: String) -> String {
    let candidates = places(name)
    let best = candidates.max { present($0) < present($1) } ?? candidates.first
    return best?.names.first { !checkpoint.has($0) } ?? name
  }

  private func present(_ place: TensorPlace) -> Int { place.names.filter(checkpoint.has).count }

  func parameter(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor {
    do { return Tensor(try values(name, shape), shape: shape, device: device) } catch {
      failure = failure ?? error
      return .zeros(shape, device: device)
    }
  }

  private func values(_ name: String, _ shape: [Int]) throws -> [Float] {
    guard let place = place(name) else { throw CheckpointError.file(checkpoint.path, "has no tensor for \(name)") }
    var values = try place.names.count == 1 ? checkpoint.floats(place.names[0]) : place.names.flatMap(checkpoint.floats)
    if place.isTransposed, shape.count == 2 { values = transposed(values, rows: shape[1], columns: shape[0]) }
    values = adapt(name, values, shape)
    guard values.count == shape.reduce(1, *) else {
      throw CheckpointError.file(checkpoint.path, "has \(values.count) values for \(name) of shape \(shape)")
    }
    return values
  }

  private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    guard values.count == rows * columns else { return values }
    var out = [Float](repeating: 0, count: values.count)
    for row in 0..<rows { for column in 0..<columns { out[column * rows + row] = values[row * columns + column] } }
    return out
  }
}

extension TowerReader {
  /// Rows of positions before those of patches where a token of distillation has one, as in DeiT.
  var distilledRows: Int? {
    guard let names = place("register_tokens")?.names, let name = names.first else { return nil }
    return name.hasSuffix("dist_token") || name.hasSuffix("distillation_token") ? 2 : nil
  }

  /// Whether positions are those of patches alone, as timm keeps them for models with registers.
  var hasPositionsOfPatchesAlone: Bool {
    guard place("register_tokens")?.names.first?.hasSuffix("reg_token") == true,
      let rows = shape("pos_embed")?.filter({ $0 != 1 }).first
    else { return false }
    let side = Int(Double(rows).squareRoot().rounded())
    return side * side == rows
  }
}
