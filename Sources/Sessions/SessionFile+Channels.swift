import Recipe

extension SessionFile {
  /// Which channels a teacher of red, green and blue sees of this session's pictures: grey repeated, or what
  /// `guidance.view` says; nil where nobody has said it of more channels, and where pictures have three.
  package var teacherChannels: [Int]? {
    switch data.channels {
    case 3: nil
    case 1: [0, 0, 0]
    default: guidance.view
    }
  }

  /// Which channels pictures are shown by; nil: as ``ChannelView/usual(of:)`` has it.
  package var shownChannels: [Int]? { data.channels == 3 ? nil : guidance.view }

  /// What `data.channels` makes of values that are for colours, whole sentences without their stop.
  package var channelNotes: [String] {
    guard data.channels != 3 else { return [] }
    var notes: [String] = []
    let channels = "\(data.channels) channel\(data.channels == 1 ? "" : "s")"
    if data.augmentation.jitter[2] > 0 {
      notes.append(
        "pictures have \(channels) (data.channels): saturation, the third of data.augmentation.jitter, needs red, green and "
          + "blue and changes nothing; brightness and contrast change all channels alike")
    }
    if task == .finetune, finetune.randAugment != nil {
      notes.append(
        "pictures have \(channels) (data.channels): of finetune.rand_augment's operations the one on colours changes nothing"
      )
    }
    if task == .segment, segment.distortColours {
      notes.append(
        "pictures have \(channels) (data.channels): of segment.distort_colours saturation and hue change nothing")
    }
    return notes
  }
}

extension SessionChecks {
  /// Whether pictures of that many channels can be had, and whether what sees colours alone is told what it sees.
  func checkChannels() throws {
    let (data, channels) = (session.data, session.data.channels)
    try require(
      data.kind != .scenes || channels == 3 || channels == 1, ["data.channels", "data.kind"],
      "data.channels is \(channels), but data.kind is scenes, which are drawn in colours or, with 1, in grey; choose 3 or 1"
    )
    let scored = [("evals.data", session.evals.data)] + session.evals.sets.map { ($0.keyPath, $0.data) }
    for (key, labelled) in scored {
      try require(
        labelled.kind != .scenes || channels == 3 || channels == 1, ["\(key).kind", key, "data.channels"],
        "\(key).kind is scenes, which are drawn in colours or in grey, but data.channels is \(channels); give \(key).path, a folder of "
          + "pictures that have as many")
    }
    for (key, values) in [("data.mean", data.mean), ("data.std", data.deviation)] {
      try require(
        values == nil || values?.count == channels, [key, "data.channels"],
        "\(key) has \(values?.count ?? 0) numbers and data.channels is \(channels); give one for each channel")
    }
    try require(
      (data.mean == nil) == (data.deviation == nil), ["data.mean", "data.std"],
      "data.mean and data.std go together, but one of them alone is given; give both, or leave both out")
    switch session.task {
    case .pretrain, .finetune, .segment: break
    case .teachClip, .teachDino, .teachDvae, .teachVQKD, .teachPeCo:
      try require(
        channels == 3, ["data.channels", "task"],
        "data.channels is \(channels), but task \(session.task.rawValue) teaches a model of red, green and blue; leave it out"
      )
    }
    guard session.task == .pretrain, session.followsTargets else { return }
    let view = session.guidance.view
    try require(
      view == nil || channels != 3, ["guidance.view", "data.channels"],
      "guidance.view says what teachers see of pictures that have not three channels, but data.channels is 3; leave it out"
    )
    try require(
      view?.allSatisfy { $0 < channels } != false, ["guidance.view", "data.channels"],
      "guidance.view is [\((view ?? []).map(String.init).joined(separator: ", "))], but data.channels is \(channels), whose channels are "
        + "0 to \(channels - 1); choose three of these")
    guard channels != 3 else { return }
    for teacher in session.guidance.teachers {
      guard case .shipped(let name) = teacher.weights else { continue }
      let keys = ["guidance.\(teacher.name).weights", "guidance.\(teacher.name)", "data.channels"]
      try require(
        !TeacherSettings.shippedTokenizers.contains(name), keys,
        "guidance.\(teacher.name) is the tokenizer \(name), which is made for red, green and blue, but data.channels is \(channels); take "
          + "computed:pixels, computed:hog or a teacher")
      try require(
        session.teacherChannels != nil, ["guidance.view", "data.channels"] + keys,
        "guidance.\(teacher.name) is a teacher of red, green and blue, but data.channels is \(channels); say which channels it sees for them, "
          + "for example guidance.view: [\(ChannelView.usual(of: channels).map(String.init).joined(separator: ", "))]")
    }
  }
}
