import Foundation
import RunEvents

/// What happened in a run and is not in its store yet, each kind in its order.
struct Unrecorded {
  var steps: [StepMetrics] = []
  var events: [(time: Date, event: RunEvent)] = []
  var samples: [SystemSample] = []
  var pictures: [PictureSnapshot] = []

  var isEmpty: Bool { steps.isEmpty && events.isEmpty && samples.isEmpty && pictures.isEmpty }

  mutating func append(_ later: Unrecorded) {
    steps += later.steps
    events += later.events
    samples += later.samples
    pictures += later.pictures
  }

  /// How many of each kind there are.
  struct Count: Equatable {
    var steps = 0
    var events = 0
    var samples = 0
    var pictures = 0

    static func + (left: Count, right: Count) -> Count {
      Count(
        steps: left.steps + right.steps, events: left.events + right.events, samples: left.samples + right.samples,
        pictures: left.pictures + right.pictures)
    }
  }

  var count: Count {
    Count(steps: steps.count, events: events.count, samples: samples.count, pictures: pictures.count)
  }

  /// All but the first of each kind.
  func dropping(_ first: Count) -> Unrecorded {
    Unrecorded(
      steps: Array(steps.dropFirst(first.steps)), events: Array(events.dropFirst(first.events)),
      samples: Array(samples.dropFirst(first.samples)), pictures: Array(pictures.dropFirst(first.pictures)))
  }
}

/// As lines of a file: one JSON object each, with the time of day where the event does not say it.
extension Unrecorded {
  private struct Line: Codable {
    var time: Double?
    var event: RunEvent?
    var picture: PictureSnapshot?
  }

  var lines: Data {
    let encoder = runJSONEncoder()
    var data = Data()
    func add(_ line: Line) {
      // What JSON cannot say is in memory still, and goes to the store from there.
      guard let text = try? encoder.encode(line) else { return }
      data += text
      data.append(UInt8(ascii: "\n"))
    }
    for step in steps { add(Line(event: .step(step))) }
    for (time, event) in events { add(Line(time: time.timeIntervalSince1970, event: event)) }
    for sample in samples { add(Line(event: .system(sample))) }
    for picture in pictures { add(Line(picture: picture)) }
    return data
  }

  /// Reads lines; one that cannot be read is passed over: the last one of a process that was killed, or what a later
  /// version wrote.
  init(lines: Data) {
    let decoder = runJSONDecoder()
    for text in lines.split(separator: UInt8(ascii: "\n")) {
      guard let line = try? decoder.decode(Line.self, from: Data(text)) else { continue }
      switch line.event {
      case .step(let metrics): steps.append(metrics)
      case .system(let sample): samples.append(sample)
      case let event?: events.append((Date(timeIntervalSince1970: line.time ?? 0), event))
      case nil: break
      }
      if let picture = line.picture { pictures.append(picture) }
    }
  }
}
