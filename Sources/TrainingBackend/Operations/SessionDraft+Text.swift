import Foundation
import Histories
import Recipe
import Sessions

extension SessionDraft {
  /// The session as YAML, with comments.
  /// - Parameters:
  ///   - folder: where the file is to lie: what lies below it is named from there; nil names everything from the root.
  package func text(relativeTo folder: URL?) -> String {
    let path = { (url: URL) in quoted(place(url, from: folder)) }
    var lines = heading
    lines += [
      "about: \(quoted("\(survey.pictures) pictures of \(plain(survey.folder.lastPathComponent))"))",
      "seed: 0", "",
      "data:", "  kind: folder", "  path: \(path(survey.training))",
    ]
    if survey.channels != 3 {
      let key = "  channels: \(survey.channels)"
      lines.append(key + comment(survey.channels == 1 ? "grey" : "as the files have them", after: key))
    }
    lines += [
      "  augmentation:", "    scale: [0.5, 1]           # share of the picture's area in a crop",
      "    jitter: [0.2, 0.2, 0.2]   # brightness, contrast, saturation",
    ]
    if let crops {
      lines.append(
        "    crops: \(crops)                  # of each picture, again and again: see engine.teacher_cache; `fresh` for ever new ones"
      )
    }
    let size = "  image_size: " + (imageSize.isSquare ? "\(imageSize)" : "[\(imageSize.height), \(imageSize.width)]")
    lines += ["", "student:                      # a ViT; a larger one learns more and takes longer"]
    lines += [
      size + comment(sizeReason, after: size),
      "  patch_size: \(patchSize)"
        + comment("\((imageSize / patchSize).sides) patches", after: "  patch_size: \(patchSize)"),
      "  width: 128", "  depth: 4", "  heads: 4", "  layer_scale: none", "  positions: learned",
      "  relative_position_bias: false", "  initial_values: width     # as wide as the model is narrow", "",
    ]
    lines += guidance(path) + [""]
    lines += [
      "mask:", "  masked: 0.4                 # share of the patches that the student does not see", "",
      "optimizer:",
      "  learning_rate: \(Self.learningRate)       # the peak itself; it is not scaled by the batch", "",
      "schedule:", "  steps: \(steps)" + comment(lengthReason, after: "  steps: \(steps)"),
      "  batch_size: \(batch)", "  checkpoint_every: \(max(1, steps / 4))",
    ]
    if survey.labels != nil {
      lines.append(
        "  eval_every: \(max(1, steps / 4))" + comment("kNN on the way", after: "  eval_every: \(steps / 4)"))
    }
    lines.append("")
    lines += evaluations(path)
    lines += engine
    return lines.joined(separator: "\n") + "\n"
  }

  private var engine: [String] {
    var lines: [String] = []
    if device != .cpu {
      let line = "  device: \(device.word)"
      lines.append(line + comment("by libtorch: `mvp torch` says what there is", after: line))
    }
    if crops != nil {
      lines.append("  teacher_cache: true         # the teacher's features are computed once a crop, and kept on disk")
    }
    return lines.isEmpty ? [] : ["", "engine:"] + lines
  }

  private var heading: [String] {
    var lines = [
      "# \(plain(name)): the pictures of \(plain(survey.folder.path)), as `mvp init` found them.", "#",
      "#   mvp check \(plain(name)).yaml               what it comes to: rate, memory, time",
      "#   mvp run \(plain(name)).yaml                 watch it train; ? shows the keys",
    ]
    if survey.labels != nil {
      lines.append(
        "#   mvp eval \(plain(name)).yaml --untrained    the student before training: what a run has to beat")
    }
    lines.append("#")
    lines += wrapped("Found: " + found.joined(separator: "; ") + ".")
    if let expected { lines += wrapped("Expected on this machine: " + expected + ".") }
    lines += wrapped("What is not said here keeps its default: sessions/demo.yaml shows every usual key.")
    return lines
  }

  /// What lies in the folder, whole clauses.
  package var found: [String] {
    var clauses = ["\(survey.pictures) pictures to train on" + (survey.kind.map { " (\($0))" } ?? "")]
    if let sides = survey.shortSides {
      clauses.append(
        "their shorter sides mostly \(sides.small) to \(sides.large) pixels, the middle one \(sides.middle)")
    }
    if survey.channels != 3 {
      clauses.append(survey.channels == 1 ? "they are grey" : "most have \(survey.channels) channels")
    }
    if survey.broken > 0 {
      clauses.append("\(survey.broken) of \(survey.looked) that were looked at could not be decoded")
    }
    if let labels = survey.labels {
      let shown = labels.classes.sorted { ($0.count, $1.name) > ($1.count, $0.name) }.prefix(Self.mostClasses)
      let names = shown.map { "\(plain($0.name)) \($0.count)" }.joined(separator: ", ")
      clauses.append(
        "\(labels.classes.count) classes by their \(survey.kind == nil ? "folders" : "labels") (\(names)\(labels.classes.count > shown.count ? ", ..." : "")), "
          + "\(labels.train) pictures of them to learn from and \(labels.test) to score on, \(plain(labels.split))")
      clauses += labels.notes.map(plain)
    } else {
      clauses.append("no classes")
    }
    if !survey.leftOut.isEmpty { clauses.append("left out: " + survey.leftOut.map(plain).joined(separator: ", ")) }
    return clauses
  }

  private static let mostClasses = 6
  /// As many vote where a session does not say it.
  private static let usualNeighbours = 20
  private static let columns = 110

  private var expected: String? {
    guard let check, let cost = check.cost else { return nil }
    let share = cost.teacherShare.map { $0 > 0.05 ? " (\(fixedText(100 * $0, decimals: 0))% of it the teacher's)" : "" }
    let rate = check.rate.map { "the learning rate peaks at \($0.text)" }
    let cached = crops == nil ? "" : ", less once the teacher's features are kept"
    let whole = check.trainingSeconds.map { "\(durationText($0)) of training without evaluations" }
    return
      ([
        "\(bytesText(cost.memoryBytes)) of memory", "\(secondsText(cost.seconds)) a step\(share ?? "")\(cached)",
      ] + [whole, rate].compactMap { $0 }).joined(separator: ", ")
  }

  private var sizeReason: String {
    guard let sides = survey.shortSides else { return "pixels of a crop" }
    return "pixels of a crop; the middle picture has \(sides.middle)"
  }

  private var lengthReason: String {
    let epochs = Double(steps * batch) / Double(max(1, survey.pictures))
    return "\(fixedText(epochs, decimals: epochs < 10 ? 1 : 0)) times through the pictures"
  }

  /// What teachers see of pictures that are neither grey nor colours.
  private var view: [String] {
    guard survey.channels != 1, survey.channels != 3 else { return [] }
    let seen = ChannelView.usual(of: survey.channels).map(String.init).joined(separator: ", ")
    let key = "  view: [\(seen)]"
    return [key + comment("the channels, from 0 on, that a teacher of colours sees as red, green and blue", after: key)]
  }

  private func guidance(_ path: (URL) -> String) -> [String] {
    if let teacher {
      return [
        "guidance:                     # a frozen teacher", "  start: \(teacher.name)",
      ] + view + [
        "  \(teacher.name):", "    weights: \(path(teacher.path))",
      ] + wrapped(plain(teacher.report), indent: "    ")
    }
    return [
      "guidance:                     # frozen teachers", "  start: clip",
    ] + view + ["  clip:", "    weights: shipped"]
      + wrapped(
        "This teacher comes with the program and has seen drawn scenes alone: of other pictures it knows little. A student cannot "
          + "know more than its teacher, so put the path of a public one here: a folder with config.json and model.safetensors, "
          + "such as facebook/dinov2-small or openai/clip-vit-base-patch16 from the hub.", indent: "    ")
  }

  private func evaluations(_ path: (URL) -> String) -> [String] {
    guard let labels = survey.labels else {
      return wrapped(
        "Nothing judges the student: \(plain(survey.whyUnlabelled ?? "the pictures have no labels")) "
          + "evals: {data: {path: FOLDER}} names another folder, of class directories.")
    }
    return [
      "evals:                        # on labelled pictures; labels are not trained on", "  data:",
      "    path: \(path(survey.folder))",
    ] + (labels.train < Self.usualNeighbours ? ["  knn: {k: \(max(1, labels.train / 2))}"] : []) + [
      "  at_end: [knn, linear]"
    ]
  }

  /// A place below `folder` as it is called from there, any other from the root.
  private func place(_ url: URL, from folder: URL?) -> String {
    let path = url.standardizedFileURL.path
    guard let folder = folder?.standardizedFileURL.path else { return path }
    if path == folder { return "." }
    let prefix = folder == "/" ? "/" : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  private func comment(_ text: String, after line: String) -> String {
    String(repeating: " ", count: max(1, 30 - line.count)) + "# " + text
  }

  private func wrapped(_ text: String, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 + indent.count > Self.columns {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).map { indent + "# " + $0 }
  }
}

/// Text that cannot end a comment: names of files may hold any character.
private func plain(_ text: String) -> String {
  String(
    text.unicodeScalars.map {
      $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x2028
        || $0.value == 0x2029 ? "?" : Character($0)
    })
}

/// A text as YAML reads it back: bare where that is safe, else in double quotes.
private func quoted(_ text: String) -> String {
  let isBare =
    text.first.map { $0.isLetter || $0 == "/" || $0 == "." } ?? false
    && text.unicodeScalars.allSatisfy {
      $0.isASCII && (CharacterSet.alphanumerics.contains($0) || "/._-".unicodeScalars.contains($0))
    }
  if isBare, !["true", "false", "yes", "no", "on", "off", "null", "none"].contains(text.lowercased()) { return text }
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    default:
      if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || [0x2028, 0x2029].contains(scalar.value) {
        result += String(format: "\\u%04X", scalar.value)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + "\""
}
