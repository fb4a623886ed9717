import Datasets
import Models
import Tasks
import Tensors

extension Trainer {
  /// Makes the next step on these micro-batches without applying it, as ``step()`` makes it, and examines what each
  /// stage gives.
  package func examineStep(_ inputs: [StepInputs]) throws -> StepExamination {
    let heads = try heads(of: guidance)
    var seen = StepExamination()
    clearGradients(heads)
    defer { clearGradients(heads) }
    let parameters = studentParameters + heads.flatMap(\.parameters)
    note("weights", parameters, in: &seen)
    let names = Set(parameters.map(\.name))
    note("moments", state().tensors.filter { !names.contains($0.name) && $0.name.hasPrefix("adamw.") }, in: &seen)
    var statistics = heads.map(\.statistics)
    for (micro, batch) in inputs.enumerated() {
      let loss = try examine(micro, batch, heads, &statistics, in: &seen)
      guard loss.scalar.isFinite else { return seen }
      scaled(loss, by: 1 / Float(settings.accumulation)).backward()
    }
    for parameter in parameters.reversed() {
      guard let gradient = parameter.tensor.gradient else { continue }
      seen.stages.append(
        StepExamination.Stage(part: "gradients", name: parameter.name, notFinite: NonFiniteValues(gradient)))
    }
    seen.gradientNorm = Double(globalGradientNorm(parameters))
    return seen
  }

  /// Loss of a micro-batch, with history.
  private func examine(
    _ micro: Int, _ batch: StepInputs, _ heads: [GuidanceHead], _ statistics: inout [TargetStatistics],
    in seen: inout StepExamination
  ) throws -> Tensor {
    var stages: [StepExamination.Stage] = []
    defer { seen.stages += stages }
    func note(_ part: String, _ name: String, _ tensor: Tensor) {
      let found = NonFiniteValues(tensor)
      let each = max(1, tensor.count / max(batch.count, 1))
      let picture = found.flatMap { $0.first / each < batch.names.count ? batch.names[$0.first / each] : nil }
      stages.append(
        StepExamination.Stage(part: part, name: name, batch: micro, notFinite: found, picture: picture))
    }
    let pixels = Tensor(batch.pixels, shape: batch.shape, device: device)
    note("pictures", "", pixels)
    let rows =
      computesCountedAlone ? settings.objective.countedRows(mask: batch.mask, pictures: batch.count) : nil
    var targets: [Tensor] = []
    for (place, head) in heads.enumerated() {
      let teacher = "teacher \(head.guidance.name)"
      let given = try head.guidance.uncached.targets(pixels: pixels, rows: rows) { note(teacher, $0, $1) }
      note(teacher, "features", given)
      if place == batch.guidance, let kept = batch.targets, let shape = batch.targetShape, kept.count == given.count {
        let tensor = Tensor(kept, shape: shape, device: device)
        // What a cache gave in the run may be something else than what the teacher gives.
        if NonFiniteValues(tensor) != nil, NonFiniteValues(given) == nil {
          note(teacher, "features in the run", tensor)
        }
      }
      statistics[place].add(given, rows: rows)
      targets.append(statistics[place].formed(given, rows: rows))
    }
    var pass = pass(pixels, mask: batch.mask, dropPath: dropPath(micro: micro, pictures: batch.count), rows: rows)
    pass.recomputes = false
    pass.observe = { note("student", $0, $1) }
    let made = learn(pass, heads)
    for (place, head) in heads.enumerated() {
      note("predictions", "head of \(head.guidance.name)", made.byHead[place])
      for further in made.further { note("predictions", further.metric.name, further.byHead[place]) }
    }
    for own in made.own {
      stages.append(
        StepExamination.Stage(
          part: "loss", name: own.metric.name, batch: micro, notFinite: NonFiniteValues(own.value)))
    }
    let loss = composedLoss(made, targets: targets, mask: batch.mask, rows: rows, heads).whole
    stages.append(
      StepExamination.Stage(part: "loss", name: "", batch: micro, notFinite: NonFiniteValues(loss)))
    seen.loss = Double(loss.scalar)
    return loss
  }

  private func note(_ part: String, _ tensors: [NamedTensor], in seen: inout StepExamination) {
    let broken = tensors.compactMap { tensor in NonFiniteValues(tensor.tensor).map { (tensor.name, $0) } }
    if broken.isEmpty { return seen.stages.append(StepExamination.Stage(part: part, name: "")) }
    seen.stages += broken.map { StepExamination.Stage(part: part, name: $0.0, notFinite: $0.1) }
  }
}
