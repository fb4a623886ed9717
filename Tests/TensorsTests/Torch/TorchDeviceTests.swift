import Foundation
import Recipe
import Tensors
import Testing

/// What a device of libtorch says of itself. Its ops are tested with those of every other device: ``Engine``.
@Suite(
  .enabled(
    if: TorchLibrary.isThere,
    "there is no library of libtorch (mvp torch build makes it): its device is not tested"))
struct TorchDeviceTests {
  @Test func aDeviceSaysWhatItIs() throws {
    let device = try TorchDevice(place: "cpu", dtype: .bfloat16, threads: 2)
    #expect(device.description == "libtorch \(device.library.version) cpu x2, bf16")
    #expect(device.threads == 2 && device.precision == .bfloat16 && device.failure == nil)
    #expect(device.arithmetic["products"] == "libtorch \(device.library.version)")
  }

  @Test func placesThatAreNotThereAreRefusedInASentence() throws {
    for place in ["gpu", "cuda:", "cuda:x", "cuda:-1", ""] {
      let error = #expect(throws: TorchError.self) { try TorchDevice(place: place) }
      #expect(error?.description == "\(place) is no device of libtorch: cpu, cuda or cuda:N.")
    }
    let error = #expect(throws: TorchError.self) { try TorchDevice(place: "cuda:77") }
    let words = try #require(error).description
    #expect(words.hasPrefix("no GPU can be used: ") || words.hasPrefix("there is no GPU cuda:77: "), "\(words)")
  }

  @Test func memoryIsCountedAndGivenBack() throws {
    let device = try TorchDevice(place: "cpu")
    let before = device.memoryUse.inUse
    var tensor: Tensor? = .zeros([1000], device: device)
    #expect(tensor?.scalar == 0)
    #expect(device.memoryUse.inUse - before >= 4000)
    tensor = nil
    #expect(device.memoryUse.inUse == before)
    #expect(device.memoryUse.peakInUse >= 4000)
  }

  /// More memory than there is stands for all that a GPU may refuse.
  @Test func theFirstFailureIsKeptAndNothingIsDoneAfterIt() throws {
    let device = try TorchDevice(place: "cpu")
    let kept = Tensor([1, 2, 3], shape: [3], device: device)
    let other = Tensor([1, 2, 3], shape: [3], device: device)
    device.breakOnPurpose()
    let failure = try #require(device.failure)
    #expect(failure.description.hasPrefix("libtorch on cpu: ") && !failure.description.contains("\n"))
    #expect(throws: DeviceFailure.self) { try device.check() }
    // Undone; what was there before can be read, and what was never made is no number.
    other.write([7, 8, 9])
    #expect(other.array() == [1, 2, 3] && kept.array() == [1, 2, 3])
    #expect(add(kept, other).array().allSatisfy { $0.isNaN })
    #expect(device.failure == failure && !failure.isMemoryLost)
  }
}
