import Datasets
import Measures
import Models
import Pretraining
import Tasks
import Tensors

extension Segmenting: Tuning {
  var activity: String { "segmentation" }

  var schedule: TuningSchedule {
    TuningSchedule(
      accumulation: settings.accumulation, learningRate: settings.learningRate,
      learningRateScale: settings.learningRateScale, gradientClip: settings.gradientClip)
  }

  package func step() throws -> StepOutcome {
    momentsBefore = statistics.map { $0.tensor.array() }
    return try tuningStep()
  }

  func prepare(_ batch: Batch, number: Int) throws -> Batch {
    guard batch.maps.count == batch.count * batch.size.area else { throw SegmentingError.unmapped }
    return batch
  }

  /// Which branches the pictures of a micro-batch skip; nil where none is skipped.
  package func dropPath(number: Int) -> DropPath? {
    guard settings.dropPath > 0, !settings.isFrozen else { return nil }
    return DropPath(rate: settings.dropPath, seed: settings.seed, stream: UInt64(number))
  }

  /// Which channels of the head the pictures of a micro-batch are without.
  package func dropout(number: Int) -> ChannelDropout { ChannelDropout(seed: settings.seed, stream: UInt64(number)) }

  func forward(_ batch: Batch, number: Int) -> TuningForward {
    let logits = model.logits(
      Tensor(batch.pixels, shape: batch.shape, device: device),
      normalization: normalization, training: true, isFrozen: settings.isFrozen,
      dropPath: dropPath(number: number), dropout: dropout(number: number),
      recomputes: settings.recomputesActivations)
    let labels = batch.maps.map { Int32($0) }
    // The sum goes over known pixels and is divided by all of them, as mmsegmentation does.
    func loss(_ logits: Tensor) -> Tensor {
      pixelCrossEntropy(
        logits, labels: labels, height: batch.size.height, width: batch.size.width, ignored: Int32(LabelMap.ignored),
        isOverAll: true)
    }
    let main = loss(logits.main)
    let (right, count) = batch.rightCells(logits.main)
    var pass = TuningForward(
      loss: main, predictions: logits.main, shares: [.init(metric: .pixelAccuracy, right: right, count: count)])
    if let auxiliary = logits.auxiliary {
      let second = loss(auxiliary.logits)
      pass.loss = add(main, scaled(second, by: auxiliary.weight))
      pass.means = [.init(metric: .auxiliaryLoss, value: Double(second.scalar))]
    }
    return pass
  }

  func didReject() {
    for (statistic, values) in zip(statistics, momentsBefore) { statistic.tensor.write(values) }
  }
}

extension Batch {
  /// Cells of the logits' own grid whose first answer is the class of the pixel at their centre, and how many of those
  /// classes are known.
  /// - Parameter logits: [B, h, w, classes]
  fileprivate func rightCells(_ logits: Tensor) -> (right: Int, count: Int) {
    let (rows, columns, classes) = (logits.shape[1], logits.shape[2], logits.shape[3])
    let values = logits.array()
    var (right, known) = (0, 0)
    for picture in 0..<count {
      for row in 0..<rows {
        let y = (2 * row + 1) * size.height / (2 * rows)
        for column in 0..<columns {
          let x = (2 * column + 1) * size.width / (2 * columns)
          let label = maps[(picture * size.height + y) * size.width + x]
          guard label != LabelMap.ignored else { continue }
          known += 1
          let at = ((picture * rows + row) * columns + column) * classes
          let own = values[at + Int(label)]
          if (0..<classes).allSatisfy({ values[at + $0] <= own }) { right += 1 }
        }
      }
    }
    return (right, known)
  }
}

/// What a step of segmentation measures.
extension Segmenting {
  package static let metrics: [Metric] = [
    .loss, .learningRate, .gradientNorm, .pixelAccuracy, .auxiliaryLoss, .imagesPerSecond, .stepSeconds, .dataSeconds,
    .forwardSeconds, .backwardSeconds, .optimizerSeconds,
  ]
}

extension Metric {
  /// Share of the known pixels at the centres of the head's own cells that are told, in the pictures that are learned
  /// from as they are cropped.
  package static let pixelAccuracy = Metric(
    key: "train_pixel_accuracy", name: "train pixels", shortName: "pixels", longName: "training pixel accuracy",
    format: .fixed(3), better: .more, ranks: Ranks(curves: 20, dashboard: 30, line: 40, comparison: 10))
  /// Cross-entropy of the auxiliary head, unweighted.
  package static let auxiliaryLoss = Metric(
    key: "auxiliary_loss", name: "auxiliary loss", shortName: "aux", longName: "loss of the auxiliary head",
    format: .fixed(4), better: .less, ranks: Ranks(curves: 30, dashboard: 40, line: 50, comparison: 20))
}
