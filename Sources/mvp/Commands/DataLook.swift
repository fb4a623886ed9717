import ArgumentParser
import Foundation
import Histories
import Recipe
import TrainingBackend

struct DataLook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Look at pictures before training: classes, parts, sizes, broken ones, duplicates, balance, crops.",
    discussion: """
      Every picture is decoded once. PATH is a folder of pictures (flat, in class directories, or in parts such as train and val), a WebDataset
      shard (.tar) or a folder of them, a list (.csv, .tsv or .jsonl with the columns path, label, caption, mask, split), the binary files of
      CIFAR-10 and CIFAR-100, or the IDX files of MNIST.

      EXAMPLE
        mvp data photos
        mvp data photos --most 1000 --json
        mvp data list.csv && mvp init list.csv
      """)

  @Argument(help: "Folder or file of pictures.", completion: .file(), transform: userPath)
  var path: String

  @Option(help: "Look at so many pictures, spread evenly; all where it is not given.")
  var most: Int?

  @Option(help: "Shape of the crops that are drawn, as 128x64 for height and width.")
  var imageSize: PlaneSize = 64

  @Flag(help: "Leave out the crops.")
  var noCrops = false

  @Flag(help: "Print one JSON object: pictures, classes, splits, left_out, and the rest.")
  var json = false

  func validate() throws {
    if let most, most < 1 { throw ValidationError("--most is \(most): give 1 or more.") }
    if imageSize.shorter < 1 { throw ValidationError("--image-size is \(imageSize.brief): give 1 or more.") }
  }

  func run() throws {
    let progress = ProgressLine(label: "data")
    let report = try DataReport(URL(fileURLWithPath: path).standardizedFileURL, most: most) { done, all in
      progress.show(done: done, of: all)
    }
    progress.clear()
    if json { return try printJSON(report) }
    for (name, text) in DataReportText(report).rows { print(padded(name, 11) + text) }
    guard !noCrops, let painter = CropPainter.forOutput(shape: imageSize) else { return }
    painter.paint(report)
  }
}

/// What was found, a line each.
struct DataReportText {
  let report: DataReport

  init(_ report: DataReport) { self.report = report }

  private static let mostClasses = 20
  private static let mostBroken = 5
  private static let barWidth = 30

  var rows: [(name: String, text: String)] {
    var rows: [(name: String, text: String)] = []
    func add(_ name: String, _ text: String) { rows.append((name: name, text: text)) }
    let looked = report.looked < report.pictures ? "\(report.looked) of them looked at: " : ""
    add("pictures", "\(report.pictures) in \(report.place.path) (\(report.kind)), \(looked)\(bytesText(report.bytes))")
    if report.classes.isEmpty {
      add("classes", "none: \(report.whyNoClasses ?? "the pictures have no labels")")
    } else {
      let names = report.classes.prefix(5).map(\.name).joined(separator: ", ")
      let training = report.classes.reduce(0) { $0 + $1.training }
      let test = report.classes.reduce(0) { $0 + $1.test }
      add(
        "classes",
        "\(report.classes.count) classes (\(names)\(report.classes.count > 5 ? ", ..." : "")), \(training) training, \(test) test pictures, "
          + "\(report.leftOut.reduce(0) { $0 + $1.count }) left out")
      add("split", report.split)
    }
    if !report.splits.isEmpty {
      add("parts", report.splits.map { "\($0.name) \($0.pictures)" }.joined(separator: ", "))
    }
    if let widths = report.widths, let heights = report.heights, let sides = report.shortSides {
      add(
        "sizes",
        "\(widths.smallest) to \(widths.largest) wide, \(heights.smallest) to \(heights.largest) high; shorter side \(sides.smallest) to "
          + "\(sides.largest), the middle one \(sides.middle) pixels")
    }
    add("kinds", (counts(report.formats) + counts(report.channels)).joined(separator: ", "))
    if !report.mean.isEmpty {
      func values(_ list: [Double]) -> String { list.map { fixedText($0, decimals: 3) }.joined(separator: " ") }
      add("channels", "mean \(values(report.mean)), deviation \(values(report.deviation)) (\(channelWords) in 0 to 1)")
      if report.usualChannels != 3 {
        add("", "data.channels: \(report.usualChannels) reads them so; mvp init writes it")
      }
      if report.misfits > 0 {
        add("warning", "\(report.misfits) have other channels than that, and a run would leave them out")
      }
    }
    add("broken", "\(report.brokenCount)" + (report.brokenCount == 0 ? "" : " that cannot be decoded"))
    for broken in report.broken.prefix(Self.mostBroken) { add("", "\(broken.name): \(broken.reason)") }
    let twice = report.duplicates
    add("duplicates", twice.pictures == 0 ? "0" : "\(twice.pictures) with the same bytes as another")
    for pair in twice.examples { add("", pair.joined(separator: " = ")) }
    if twice.acrossSplits > 0 {
      let pairs = twice.acrossExamples.map { $0.joined(separator: " = ") }.joined(separator: "; ")
      add(
        "warning",
        "\(twice.acrossSplits) test picture\(twice.acrossSplits == 1 ? " has" : "s have") the same bytes as a training picture, so that what is scored was learned from: \(pairs)"
      )
    }
    add("left out", "\(report.leftOut.reduce(0) { $0 + $1.count })")
    for group in report.leftOut { add("", group.reason) }
    for note in report.notes { add("note", note) }
    rows += balance
    return rows
  }

  private var channelWords: String {
    switch report.usualChannels {
    case 1: "grey"
    case 3: "red, green, blue"
    default: "\(report.usualChannels) channels"
    }
  }

  private func counts(_ groups: [String: Int]) -> [String] {
    groups.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { "\($0.value) \($0.key)" }
  }

  /// The classes by their pictures, most first.
  private var balance: [(name: String, text: String)] {
    let sorted = report.classes.sorted { ($0.pictures, $1.name) > ($1.pictures, $0.name) }
    guard let most = sorted.first?.pictures, most > 0 else { return [] }
    let digits = "\(most)".count
    var shown = Array(sorted.prefix(Self.mostClasses))
    // The rarest class says as much as the most frequent one.
    if sorted.count > shown.count, let last = sorted.last { shown[shown.count - 1] = last }
    let width = shown.map(\.name.count).max() ?? 0
    var lines = shown.enumerated().map { number, item in
      let count = String(repeating: " ", count: max(0, digits - "\(item.pictures)".count)) + "\(item.pictures)"
      return (
        name: number == 0 ? "balance" : "",
        text:
          "\(padded(item.name, min(width, 24))) \(count) \(bar(Double(item.pictures) / Double(most), width: Self.barWidth))"
      )
    }
    if sorted.count > shown.count {
      lines.insert((name: "", text: "... \(sorted.count - shown.count) more classes between"), at: lines.count - 1)
    }
    return lines
  }
}
