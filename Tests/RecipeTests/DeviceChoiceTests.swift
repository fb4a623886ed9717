import Recipe
import Testing

@Suite struct DeviceChoiceTests {
  @Test func wordsStandForDevices() {
    let devices: [(word: String, device: DeviceChoice)] = [
      ("cpu", .cpu), ("torch-cpu", .torchCPU), ("cuda", .cuda(nil)), ("cuda:0", .cuda(0)), ("cuda:63", .cuda(63)),
    ]
    for (word, device) in devices { #expect(DeviceChoice(word: word) == device && device.word == word) }
    #expect(DeviceChoice(word: "cuda:01")?.word == "cuda:1")
    #expect(devices.filter { !$0.device.needsTorch }.map(\.word) == ["cpu"])
    #expect(DeviceChoice.words.allSatisfy { DeviceChoice(word: $0) != nil })
  }

  @Test(arguments: [
    "", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:+1", "cuda: 1", "cuda:1x", "cuda:64", "cuda:99999999999999999999",
    "cuda:١",
    "cuda1", "torch", "cpu:0", "torch-cpu:1",
  ])
  func otherWordsAreNone(_ word: String) { #expect(DeviceChoice(word: word) == nil) }
}
