import RunEvents

extension MaskState {
  /// Takes up the first run that is laid over the curves, or lets go of the one before.
  mutating func hold(against reference: RunReference?) {
    guard rival?.reference != reference else { return }
    rival = reference.map { RivalRun($0) }
    if reference == nil, selected == .rival { selected = .cosine }
  }

  /// Asks the store what that run kept, while it is shown beside this one.
  mutating func askForRival(in view: RunView) -> Outcome {
    guard let reference = rival?.reference, view.screen.view == .mask, shownPanels(in: view).contains(.rival),
      rival?.isDue(view.now) == true
    else { return .nothing }
    return .request(.history(.lastSnapshots(reference)))
  }

  /// Takes what a run kept last of all its pictures.
  mutating func takeLast(_ history: RunHistory, in view: RunView) -> Outcome {
    if history.reference == rival?.reference { rival?.take(history) }
    return history.reference == view.watched.reference ? take(PictureScores(history.snapshots), in: view) : .nothing
  }
}
