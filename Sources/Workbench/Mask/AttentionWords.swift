import Canvas
import Histories
import RunEvents

/// What the attention panel shows, in words.
struct AttentionWords {
  private let network: String
  private let isTeacher: Bool
  private let token: String
  private let block: (number: String, of: String)
  private let head: (number: String, of: String)
  private let cls: Double?

  /// nil where it shows what every inspection has.
  init?(_ mask: MaskState, isLive: Bool) {
    guard let query = mask.attentionQuery(isLive: isLive) else { return nil }
    let known = mask.attended(query).flatMap { $0.problem == nil ? $0 : nil }
    network = query.teacher.map(guidanceName) ?? "student"
    isTeacher = query.teacher != nil
    token = mask.patch?.text ?? "CLS"
    let shown = known?.query ?? query
    block = (
      shown.block > 0 ? "\(shown.block)" : shown.block == 0 ? "last" : "last\(shown.block)", Self.of(known?.blocks)
    )
    head = (shown.head == 0 ? "mean" : "\(shown.head)", Self.of(known?.heads))
    cls = known.map { Double($0.cls) }
  }

  /// Titles of what every inspection has, the longest first.
  static let usualTitles = ["attention of CLS, last block, mean of heads", "attention of CLS", "attention"]

  private static func of(_ count: Int?) -> String { count.map { "/\($0)" } ?? "" }

  /// The longest first.
  var titles: [String] {
    let isMean = head.number == "mean"
    let head = (
      long: isMean ? "mean of heads" : "head \(head.number)\(head.of)", short: isMean ? "mean" : "h\(head.number)"
    )
    let place = "\(token) b\(block.number)\(block.of) \(head.short)"
    return [
      "attention of \(token), \(network), block \(block.number)\(block.of), \(head.long)",
      "\(network) \(token), block \(block.number)\(block.of), \(head.long)",
      "\(network) \(place)", isTeacher ? "\(network) \(place)" : place,
    ]
  }

  var help: [String] {
    let part = cls.map { "; CLS gets \(Self.percent($0))" } ?? ""
    let of = head.number == "mean" ? "all heads" : "head \(head.number)"
    return [
      "how much \(token) attends to a patch in block \(block.number) of \(network), \(of), least 0, most 99\(part)",
      "least 0, most 99\(part)", "most is 9",
    ]
  }

  private static func percent(_ part: Double) -> String { String(percentText(part).drop { $0 == " " }) }
}
