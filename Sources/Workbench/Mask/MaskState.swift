import RunEvents

/// The picture of the preview set that is shown, what the networks make of it, and how a person looks at it.
package struct MaskState: Sendable {
  /// How the dashboard shows the picture.
  package internal(set) var view = MaskView.pictureAndMask
  /// Whether pictures are shown in pixels where the terminal can.
  package internal(set) var showsPixels = true
  /// The marked panel.
  var selected = MaskPanel.picture
  /// The marked patch: teachers and student show how like it every patch is.
  var patch: PatchPlace?
  /// Whether the marked panel has the view to itself.
  var isAlone = false

  /// The picture that was asked for last.
  package internal(set) var index = 0
  package internal(set) var preview: MaskPreview?
  var inspection: PatchInspection?
  var snapshots = KeptSnapshots()
  var order = PictureOrder()
  /// The run that this one is held against.
  var rival: RivalRun?
  /// Whose attention is shown, and what the engine said of it last.
  var attention = AttentionChoice()
  var attended: PatchAttention?
  private var probe = InspectionProbe()
  var attentionProbe = AttentionProbe()

  /// What the mask view shows of the picture that was asked for: a snapshot that was kept, or else the newest; never
  /// another picture.
  var shownPreview: MaskPreview? {
    let preview = snapshots.shown?.preview ?? preview
    return preview?.index == index ? preview : nil
  }
  var shownInspection: PatchInspection? {
    let inspection = snapshots.shown?.inspection ?? inspection
    return inspection?.index == index ? inspection : nil
  }

  /// The same panels for every picture; a panel says if it has nothing to show.
  func panels(_ run: RunDescription?) -> [MaskPanel] { groups(run).flatMap { $0 } }

  /// What the networks make of the picture, and what is compared.
  func groups(_ run: RunDescription?) -> [[MaskPanel]] {
    if preview?.classes != nil || run?.task == "segment" { return [MaskPanel.ofClasses] }
    guard let run, !run.guidances.isEmpty else { return [[.picture, .cosine]] }
    let known = snapshots.shown?.inspection ?? inspection
    let objective = known?.objective ?? run.configuration?.first { $0.key == "objective.loss" }?.value ?? "cosine"
    let teachers = run.guidances.map(\.name)
    return [
      MaskPanel.all(
        teachers: teachers, objective: objective, pictures: (preview?.pictures ?? []).map(PictureWords.init),
        signs: (snapshots.shown?.preview ?? preview)?.signs?.what),
      MaskPanel.compared(teachers: teachers, hasRival: rival != nil),
    ]
  }

  /// Place of the marked panel among those that there are.
  func panelIndex(_ run: RunDescription?) -> Int { panels(run).firstIndex(of: selected) ?? 0 }

  mutating func selectPanel(by delta: Int, _ run: RunDescription?) {
    let panels = panels(run)
    selected = panels[((panelIndex(run) + delta) % panels.count + panels.count) % panels.count]
  }

  /// Takes a preview and shows its picture, unless a person asked for another one since.
  mutating func take(_ preview: MaskPreview, pending: [PendingCommand]) {
    self.preview = preview
    if !pending.contains(where: { $0.isPreview }) { index = preview.index }
  }

  /// Asks what the networks make of the picture, while the mask view is on the screen of a live run.
  mutating func askForProbe(in view: RunView) -> Outcome {
    guard view.screen.view == .mask else { return .nothing }
    let watched = view.watched
    let isDue = probe.isDue(
      view.now, picture: index, guidance: watched.guidance, still: watched.state == .running ? nil : watched.step,
      known: inspection)
    guard (view.run?.previewCount ?? 0) > 0 else { return .nothing }
    var outcome = askForEarlier(in: view)
    outcome.effects += (isDue ? [.send(.inspect(index: index))] : []) + askForAttention(in: view)
    return outcome
  }

  /// Another run begins on this screen, with pictures of its own.
  mutating func forgetRun() { self = forgettingRun }

  /// What stays if another run is watched.
  var forgettingRun: MaskState {
    var state = MaskState()
    (state.view, state.showsPixels, state.selected, state.isAlone) = (view, showsPixels, selected, isAlone)
    state.rival = rival
    return state
  }
}

extension PendingCommand {
  /// Whether a picture of the preview set was asked for.
  var isPreview: Bool { if case .showPreview = command { true } else { false } }
}
