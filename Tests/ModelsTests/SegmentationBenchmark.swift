import Foundation
import Models
import Recipe
import Tensors
import Testing

/// How long a step of UperNet takes: forward, loss at the pictures' size, backward, AdamW. `MVP_BENCHMARKS=1 swift test
/// -c release --filter SegmentationBenchmark`; Tests/Benchmarks/torch_uper_step.py is PyTorch's side. Both have 128
/// pixels, patches of 8, width 192, 12 blocks, 64 channels, 150 classes, 8 pictures and 2 threads.
@Suite struct SegmentationBenchmark {
  private static let isOn = ProcessInfo.processInfo.environment["MVP_BENCHMARKS"] == "1"

  @Test(.enabled(if: isOn), arguments: Precision.allCases) func aStepOfUperNet(dtype: Precision) {
    let device = CPUDevice(threads: 2, dtype: dtype)
    let student = VisionTransformerConfiguration.beit(imageSize: 128, patchSize: 8, width: 192, depth: 12, heads: 3)
    let backbone = VisionTransformer(student.finetuned(finalNorm: false, dropPath: 0), device: device, seed: 1)
    let model = SegmentationModel(on: backbone, head: .uperNet(channels: 64), classes: 150, seed: 2)
    let (batch, side) = (8, 128)
    var generator = Philox(seed: 1, purpose: .other)
    let pixels = Tensor(
      (0..<batch * 3 * side * side).map { _ in generator.uniform() }, shape: [batch, 3, side, side], device: device)
    let labels = (0..<batch * side * side).map { pixel -> Int32 in
      pixel % (side * side) < 10 * side ? 255 : Int32(generator.below(150))
    }
    let parameters = model.parameters()
    let optimizer = AdamW(groups: [ParameterGroup(parameters: parameters, weightDecay: 0.05)])
    let clock = ContinuousClock()
    var times: [Duration] = []
    var phases: [[Duration]] = [[], [], [], []]
    for step in 0..<8 {
      let begin = clock.now
      let logits = model.logits(
        pixels, normalization: .imageNet, training: true, dropout: ChannelDropout(seed: 3, stream: UInt64(step)))
      let forward = clock.now
      var loss = pixelCrossEntropy(logits.main, labels: labels, height: side, width: side)
      if let (second, weight) = logits.auxiliary {
        let auxiliary = pixelCrossEntropy(second, labels: labels, height: side, width: side)
        loss = add(loss, scaled(auxiliary, by: weight))
      }
      let compared = clock.now
      loss.backward()
      let backward = clock.now
      optimizer.step(learningRate: 1e-4)
      for parameter in parameters { parameter.tensor.gradient = nil }
      let end = clock.now
      guard step > 1 else { continue }
      times.append(end - begin)
      for (index, span) in [forward - begin, compared - forward, backward - compared, end - backward].enumerated() {
        phases[index].append(span)
      }
    }
    let middle = phases.map { $0.sorted()[$0.count / 2] }
    print(
      "UperNet \(dtype.rawValue): \(times.sorted()[times.count / 2]) a step; forward \(middle[0]), loss \(middle[1]), "
        + "backward \(middle[2]), optimiser \(middle[3]); \(device.pool.statistics.reserved >> 20) MB")
  }
}
