import Datasets
import Tensors

/// Pictures of a step that has not begun, on their way to a device with memory of its own.
struct BatchAhead {
  /// In the run's stream of batches.
  let number: Int
  let batch: Batch
  /// [B, C, H, W]
  let pixels: Tensor
}

extension Trainer {
  /// Sends the pictures of the next step to the device while that is busy with the backward pass of this one. A device
  /// that is the host has nothing to send; pictures that cannot be had are asked for again when their step comes.
  func uploadAhead() {
    ahead = nil
    guard !device.isHost, device.failure == nil else { return }
    let number = batchNumber(micro: sharing?.group.rank ?? 0) + settings.accumulation
    guard let batch = try? loader.batch(step: number).first else { return }
    ahead = BatchAhead(number: number, batch: batch, pixels: Tensor(batch.pixels, shape: batch.shape, device: device))
  }

  /// The pixels of a batch on the device: sent now, or before.
  func uploaded(_ batch: MaskedBatch, number: Int) -> Tensor {
    defer { ahead = nil }
    if let ahead, ahead.number == number { return ahead.pixels }
    return Tensor(batch.pixels, shape: batch.shape, device: device)
  }
}
