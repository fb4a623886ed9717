import RunEvents

extension MaskState {
  /// Worst pictures first, or the set's own order.
  mutating func toggleOrder(in view: RunView) -> Outcome {
    guard !order.isWorstFirst else {
      order.end()
      return .tell("pictures in the set's own order")
    }
    guard order.begin(view.now, guidance: view.watched.guidance, isLive: view.isLive) else {
      return showWorst(in: view)
    }
    var outcome: Outcome
    if view.isLive {
      outcome = Outcome(effects: [.send(.scorePictures)])
    } else if let reference = view.watched.reference {
      outcome = .request(.history(.lastSnapshots(reference)))
    } else {
      return .nothing
    }
    outcome.notice = ("worst pictures first, by their masked cosine", false)
    return outcome
  }

  mutating func take(_ scores: PictureScores, in view: RunView) -> Outcome {
    let isAwaited = order.isAwaited
    order.take(scores)
    guard scores.cosines.contains(where: \.isFinite) else {
      order.end()
      return isAwaited ? .tell("no picture has a masked cosine that could order them", isWarning: true) : .nothing
    }
    return isAwaited ? showWorst(in: view) : .nothing
  }

  private mutating func showWorst(in view: RunView) -> Outcome {
    order.pictures(view.run?.previewCount ?? 0).first.map { show($0, in: view) } ?? .nothing
  }

  /// The picture so many places further.
  mutating func show(by delta: Int, in view: RunView) -> Outcome {
    guard let count = view.run?.previewCount, count > 0 else { return .nothing }
    let pictures = order.pictures(count)
    let place = pictures.firstIndex(of: index) ?? 0
    return show(pictures[((place + delta) % count + count) % count], in: view)
  }
}
