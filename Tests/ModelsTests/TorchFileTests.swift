import ArrayDifference
import Foundation
import Models
import Tensors
import Testing

/// Files of torch.save and torch.jit.save hold here what they hold there (Fixtures/make_torch.py), and nothing in them
/// is run.
@Suite struct TorchFileTests {
  @Test func readsEveryTypeAndLayout() throws {
    let file = try openWeights(fixture("torch/layouts.pth"))
    let expected = try SafetensorsFile(fixture("torch/layouts.safetensors"))
    #expect(file.container == "torch zip")
    // What belongs to the optimiser is not listed, and `model` is left out as the only one with tensors.
    #expect(Set(file.names) == Set(expected.names).union(["ids", "flags"]))
    for name in expected.names {
      #expect(file.shape(name) == expected.shape(name), "\(name)")
      #expect(difference(try file.floats(name), try expected.floats(name)) == nil, "\(name)")
    }
    #expect(file.type("double") == .float64 && file.type("brain") == .bfloat16)
    #expect(throws: CheckpointError.self) { try file.floats("ids") }
    #expect(throws: CheckpointError.self) { try file.floats("absent") }
  }

  @Test(arguments: ["torch/dinov2", "torch/dinov2/pytorch_model.bin", "torch/sharded"])
  func readsFoldersOfTorch(_ path: String) throws {
    let (mine, theirs) = (
      try loadVision(from: fixture(path), device: CPUDevice()),
      try loadVision(from: fixture("models/dinov2"), device: CPUDevice())
    )
    #expect(mine.report == theirs.report)
    for (a, b) in zip(mine.model.parameters(), theirs.model.parameters()) {
      #expect(difference(a.tensor.array(), b.tensor.array()) == nil, "\(a.name)")
    }
  }

  @Test func nestedDictionariesAreTowers() throws {
    let whole = try loadVision(from: fixture("models/dino-run.safetensors"), device: CPUDevice())
    // The student's numbers are the teacher's with the other sign.
    for (tower, factor, name) in [(nil, 1, "teacher.backbone"), ("student", -1, "student.module.backbone")]
      as [(String?, Float, String)]
    {
      let mine = try loadVision(from: fixture("torch/dino-run.pth"), device: CPUDevice(), tower: tower)
      #expect(mine.report.contains("tower \(name)"), "\(mine.report)")
      for (a, b) in zip(mine.model.parameters(), whole.model.parameters()) {
        #expect(difference(a.tensor.array(), b.tensor.array().map { $0 * factor }) == nil, "\(a.name)")
      }
    }
  }

  @Test func readsTorchScript() throws {
    let clip = try loadVision(from: fixture("torch/clip/clip.pt"), device: CPUDevice())
    let same = try loadVision(from: fixture("models/openclip"), device: CPUDevice())
    #expect(clip.report == same.report)
    for (a, b) in zip(clip.model.parameters(), same.model.parameters()) {
      #expect(difference(a.tensor.array(), b.tensor.array()) == nil, "\(a.name)")
    }
    #expect(try openWeights(fixture("torch/clip/clip.pt")).container == "TorchScript zip")
  }

  @Test(arguments: [
    ("evil.pth", ["system", "nothing in a file of weights is run"]), ("legacy.pth", ["before 1.6", "torch.save"]),
    ("encoder.pkl", ["bare pickle", "run code"]), ("notes.zip", ["without data.pkl", "notes.txt"]),
  ])
  func refusesWithASentence(_ name: String, _ pieces: [String]) {
    let error = #expect(throws: CheckpointError.self) { try openWeights(fixture("torch/\(name)")) }
    for piece in [name] + pieces { #expect(error?.description.contains(piece) == true, "\(error?.description ?? "")") }
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 346297\n", "346297 bytes"),
    ("\n<!DOCTYPE html><html><head>", "web page"), ("{\"model_type\": \"vit\", \"a\": {}}", "JSON"),
    ("\u{1F}\u{8B}", "safetensors"), ("", "0 bytes"),
  ])
  func saysWhatAFileIs(_ content: String, _ piece: String) {
    let url = URL(fileURLWithPath: "/tmp/weights.pth")
    let error = #expect(throws: CheckpointError.self) { try openWeights(bytes: Data(content.utf8), url: url) }
    #expect(error?.description.contains(piece) == true, "\(error?.description ?? "")")
  }

  @Test func packedFilesAreNamed() {
    let url = URL(fileURLWithPath: "/tmp/weights.pth")
    let error = #expect(throws: CheckpointError.self) { try openWeights(bytes: Data([0x1F, 0x8B, 8, 0]), url: url) }
    #expect(error?.description.contains("gunzip") == true)
  }

  /// Whatever bytes are missing or wrong, an error is thrown or values are read; nothing traps.
  @Test func damagedFilesAreRefused() throws {
    let whole = try Data(contentsOf: fixture("torch/layouts.pth"))
    let url = URL(fileURLWithPath: "/tmp/weights.pth")
    for length in stride(from: 0, to: whole.count, by: 97) {
      #expect(throws: CheckpointError.self) { try openWeights(bytes: whole.prefix(length), url: url) }
    }
    for place in stride(from: 0, to: whole.count, by: 13) {
      var changed = whole
      changed[place] ^= 0xA5
      guard let file = try? openWeights(bytes: changed, url: url) else { continue }
      for name in file.names {
        guard let values = try? file.floats(name) else { continue }
        #expect(values.count == file.shape(name)?.reduce(1, *))
      }
    }
  }
}
