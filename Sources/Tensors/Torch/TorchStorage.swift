import CTorch
import Recipe

/// The device of libtorch behind a ``TorchDevice``: lives as long as anything that lies on it.
final class TorchCore {
  let library: TorchLibrary
  let device: OpaquePointer

  init(library: TorchLibrary, device: OpaquePointer) {
    self.library = library
    self.device = device
  }

  deinit { library.functions.pointee.close(device) }
}

/// A flat tensor of libtorch.
final class TorchStorage: Storage {
  let array: OpaquePointer
  private let core: TorchCore

  /// Takes an array over.
  init(_ array: OpaquePointer, count: Int, precision: Precision, core: TorchCore) {
    self.array = array
    self.core = core
    super.init(count: count, precision: precision)
  }

  deinit { core.library.functions.pointee.release(array) }
}
