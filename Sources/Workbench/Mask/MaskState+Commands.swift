import RunEvents

extension MaskState {
  /// Commands that concern the picture and its panels; others do nothing.
  mutating func reduce(_ command: WorkbenchCommand, in view: RunView) -> Outcome {
    switch command {
    case .cycleMaskView:
      self.view = self.view.next
      return .tell("mask view: \(self.view.title)")
    case .previousPicture: return show(by: -1, in: view)
    case .nextPicture: return show(by: 1, in: view)
    case .showPicture(let number): return show(number - 1, in: view)
    case .nextPanel: selectPanel(by: 1, view.run)
    case .previousPanel: selectPanel(by: -1, view.run)
    case .nextPanels: turnPages(by: 1, in: view)
    case .previousPanels: turnPages(by: -1, in: view)
    case .patch(let move): movePatch(move, view.run)
    case .attention(let move): moveAttention(move, in: view)
    case .toggleOrder: return toggleOrder(in: view)
    case .enlargePanel: isAlone.toggle()
    case .togglePixels:
      showsPixels.toggle()
      return .tell(showsPixels ? "pictures in pixels" : "pictures in characters")
    case .snapshot(let command): return reduce(command, in: view)
    default: break
    }
    return .nothing
  }

  mutating func show(_ picture: Int, in view: RunView) -> Outcome {
    index = min(max(0, picture), max(0, (view.run?.previewCount ?? 1) - 1))
    snapshots = KeptSnapshots()
    guard view.isLive else {
      // What is here is of another picture; the store has this one.
      preview = nil
      inspection = nil
      return .nothing
    }
    return .send(.showPreview(index: index))
  }

  /// Whether a command for the picture can be given; nil for all other commands.
  func availability(of command: WorkbenchCommand, in view: RunView) -> Availability? {
    switch command {
    case .previousPicture, .nextPicture, .showPicture:
      if view.isLive || !view.options.loadsHistory,
        case .disabled(let reason) = view.runCommandAvailability("show")
      {
        return .disabled(reason: reason)
      }
      return (view.run?.previewCount ?? 0) > 1
        ? .enabled : .disabled(reason: "the preview set has no other picture")
    case .snapshot:
      return view.options.loadsHistory
        ? .enabled : .disabled(reason: "no run store is open that could have kept earlier snapshots")
    case .toggleOrder:
      if (view.run?.previewCount ?? 0) < 2 { return .disabled(reason: "the preview set has no other picture") }
      return view.isLive || view.options.loadsHistory
        ? .enabled : .disabled(reason: "no run store is open that could have kept snapshots of the pictures")
    case .attention:
      if !view.isLive { return .disabled(reason: "the run has ended: its snapshots keep no other attention") }
      return snapshots.shown == nil
        ? .enabled : .disabled(reason: "snapshots keep no other attention: end shows the newest")
    case .togglePixels:
      return view.options.canShowPixels
        ? .enabled
        : .disabled(reason: "this terminal shows no pixels: Kitty, Ghostty, WezTerm and Konsole do, outside tmux")
    default: return nil
    }
  }

  /// ESC takes the mark from the patch, then shows the newest snapshot again; false if there is nothing to leave.
  mutating func leaveLayer() -> Bool {
    if patch != nil {
      patch = nil
      return true
    }
    guard snapshots.shown != nil else { return false }
    snapshots.leave()
    return true
  }
}
