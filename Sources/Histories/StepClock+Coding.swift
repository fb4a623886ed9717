import Foundation

extension StepClock: Codable {
  private enum Keys: String, CodingKey { case marks, stride, since }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    let columns = [marks.map(\.step), marks.map(\.epoch), marks.map(\.elapsed), marks.map(\.time)]
    try fields.encode(PackedNumbers.data(columns), forKey: .marks)
    try fields.encode(stride, forKey: .stride)
    try fields.encode(sinceKept, forKey: .since)
  }

  public init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: Keys.self)
    stride = try fields.decode(Int.self, forKey: .stride)
    sinceKept = try fields.decode(Int.self, forKey: .since)
    let columns = try PackedNumbers.columns(4, of: fields.decode(Data.self, forKey: .marks))
    guard stride > 0, stride <= 1 << 40, (0..<stride).contains(sinceKept), let columns else {
      throw DecodingError.dataCorruptedError(forKey: .marks, in: fields, debugDescription: "no clock of steps has this")
    }
    marks = columns[0].indices.map {
      Mark(step: columns[0][$0], epoch: columns[1][$0], elapsed: columns[2][$0], time: columns[3][$0])
    }
    guard zip(marks, marks.dropFirst()).allSatisfy({ $0.step < $1.step }) else {
      throw DecodingError.dataCorruptedError(forKey: .marks, in: fields, debugDescription: "its steps do not ascend")
    }
  }
}
