import CImageCodecs
import Datasets
import Foundation
import Models
import Tensors

private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-fuzzing-\(getpid())")

private func file(_ name: String, _ bytes: Data) -> URL {
  try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let url = folder.appendingPathComponent(name)
  _ = FileManager.default.createFile(atPath: url.path, contents: bytes)
  return url
}

/// A header that is taken fits the file, and every array of it can be read.
func readSafetensors(_ input: Data) {
  guard let file = try? SafetensorsFile(bytes: input, url: folder) else { return }
  for name in file.names {
    guard let entry = file.entry(name) else { preconditionFailure("a name without an entry") }
    hold(entry.shape.reduce(1, *) == entry.count && entry.count <= input.count, "an array fits the file")
    if let values = try? file.floats(name) { hold(values.count == entry.count, "an array has its values") }
  }
}

/// A zip of torch that is taken has all numbers of its arrays.
func readTorch(_ input: Data) {
  guard let file = try? TorchFile(bytes: input, url: folder) else { return }
  for name in file.names {
    guard let shape = file.shape(name) else { preconditionFailure("a name without a shape") }
    guard let values = try? file.floats(name) else { continue }
    hold(values.count == shape.reduce(1, *) && values.count <= input.count, "an array has its values")
  }
}

private nonisolated(unsafe) let device = CPUDevice(threads: 1)

/// A checkpoint of a stranger: two bytes say how long its config.json is, which stands before the safetensors file.
func readWeights(_ input: Data) {
  guard input.count >= 2 else { return }
  let length = min(Int(input[0]) | Int(input[1]) << 8, input.count - 2)
  let weights = file("model.safetensors", input.suffix(from: 2 + length))
  if length > 0 {
    _ = file("config.json", input[2..<2 + length])
  } else {
    try? FileManager.default.removeItem(at: folder.appendingPathComponent("config.json"))
  }
  guard let loaded = try? loadVision(from: weights, device: device) else { return }
  let size = loaded.model.parameters().reduce(0) { $0 + $1.tensor.count }
  hold(size <= input.count, "a model has no more numbers than its file has bytes")
}

/// A picture that is decoded has the size that its header says.
func readPicture(_ input: Data) {
  guard let first = input.first else { return }
  let eighths = [1, 2, 4, 8][Int(first) % 4]
  guard let shrunk = try? decodePicture(input.dropFirst(), eighths: { _, _ in eighths }) else { return }
  let picture = shrunk.picture
  hold(picture.rgb.count == 3 * picture.width * picture.height && !picture.rgb.isEmpty, "a picture has its pixels")
  _ = try? decodePicture(Data(input.dropFirst()))
  if let facts = try? pictureFacts(of: Data(input.dropFirst())), facts.width * facts.height * facts.channels < 1 << 24,
    let stored = try? decodePicture(Data(input.dropFirst()), channels: facts.channels)
  {
    hold(
      stored.samples.count == facts.channels * stored.width * stored.height, "a picture has the values of its channels")
  }
  for content in [MapContent.numbers, .opacity] {
    guard let map = try? decodeMap(Data(input.dropFirst()), content) else { continue }
    hold(map.values.count == map.width * map.height, "a map has its pixels")
  }
}

/// Shards, lists and binary files: the first byte says what the others are given as. What is found can be asked for,
/// and lies within its file.
func readPacked(_ input: Data) {
  guard let first = input.first else { return }
  let names = ["a.tar", "a.csv", "a.jsonl", "train-images-idx3-ubyte", "data_batch_1.bin"]
  let place = file(names[Int(first) % names.count], Data(input.dropFirst()))
  _ = file("a", Data(count: 16))
  guard let source = try? openedPictures(at: place, everything: true) else { return }
  hold(source.count > 0, "what is opened has pictures")
  for index in stride(from: 0, to: source.count, by: max(1, source.count / 4)) {
    if let stored = source.stored(at: index), let count = stored.count {
      hold((try? stored.bytes())?.count == count, "a picture lies in its file")
    }
    _ = try? source.picture(at: index) { _, _ in 1 }
    _ = source.caption(at: index)
    hold(!source.itemName(at: index).isEmpty, "a picture has a name")
  }
  guard let labelled = try? LabelledFolders(in: place) else { return }
  for index in 0..<labelled.train.count {
    guard let label = labelled.train.label(at: index) else { continue }
    hold(labelled.train.classNames.indices.contains(label), "a label is a class")
  }
}

func readGzip(_ input: Data) {
  var reason = [CChar](repeating: 0, count: Int(IMAGE_CODECS_ERROR_SIZE))
  var size = 0
  let unpacked = input.withUnsafeBytes {
    image_codecs_gunzip($0.bindMemory(to: UInt8.self).baseAddress, input.count, &size, &reason)
  }
  guard let unpacked else { return }
  hold(size <= Int(IMAGE_CODECS_MOST_UNPACKED), "no more is unpacked than is allowed")
  free(unpacked)
}
