import CTorch
import Recipe

extension TorchDevice {
  package func allocate(_ count: Int, _ precision: Precision) -> Storage {
    guard let made = call.pointee.allocate(device, Int64(count), precision == .bfloat16) else {
      preconditionFailure("out of memory: no handle of a tensor")
    }
    return TorchStorage(made, count: count, precision: precision, core: core)
  }

  package func convert(_ x: Storage, to y: Storage, count: Int) { copy(x, to: y, count: count) }

  package func write(_ values: [Float], to storage: Storage) {
    call.pointee.write(device, values, Int64(values.count), array(storage))
  }

  /// Not numbers, where they cannot be read any more.
  package func read(_ storage: Storage, count: Int) -> [Float] {
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      if !call.pointee.read(device, array(storage), base, Int64(count)) { buffer.initialize(repeating: .nan) }
      filled = count
    }
    return values
  }

  package func fill(_ storage: Storage, _ value: Float) { call.pointee.fill(device, array(storage), value) }

  package func copy(_ source: Storage, to destination: Storage, count: Int) {
    copy(source, from: 0, to: destination, at: 0, count: count)
  }

  package func copy(_ source: Storage, from: Int, to destination: Storage, at: Int, count: Int) {
    call.pointee.copy(device, array(source), Int64(from), array(destination), Int64(at), Int64(count))
  }

  package func axpby(_ x: Storage, scale: Float, into y: Storage, keep: Float, count: Int) {
    axpby(x, from: 0, scale: scale, into: y, keep: keep, count: count)
  }

  package func axpby(_ x: Storage, from: Int, scale: Float, into y: Storage, keep: Float, count: Int) {
    call.pointee.axpby(device, array(x), Int64(from), scale, array(y), keep, Int64(count))
  }

  package func axpby(_ x: Storage, times factor: Storage, into y: Storage, keep: Float, count: Int) {
    call.pointee.add_times(device, array(x), array(factor), array(y), keep, Int64(count))
  }

  package func scale(_ storages: [Storage], by factor: Float) {
    call.pointee.scale_all(device, storages.map { array($0) }, Int64(storages.count), factor)
  }

  package func dot(_ x: Storage, _ y: Storage, count: Int) -> Double {
    call.pointee.dot(device, array(x), array(y), Int64(count))
  }

  package func sumOfSquares(of storages: [Storage]) -> Double {
    call.pointee.sum_of_squares(device, storages.map { array($0) }, Int64(storages.count))
  }

  package func adamW(_ updates: [AdamWUpdate], by rates: AdamWRates) {
    let given = updates.map {
      mvp_torch_update(
        weight: array($0.weight), first: array($0.first), second: array($0.second), gradient: array($0.gradient))
    }
    call.pointee.adamw(
      device, given, Int64(given.count),
      mvp_torch_adamw(
        rate: Double(rates.learningRate), beta1: Double(rates.beta1), beta2: Double(rates.beta2),
        epsilon: Double(rates.epsilon), decay: Double(rates.weightDecay), step: Int64(rates.step)))
  }
}
