import Canvas

/// Something on the screen that the mouse can be used on.
enum PointerTarget: Equatable {
  /// Words that stand for a key.
  case key(Key)
  /// A line of the foremost list.
  case line(Int)
  case border(DashboardBorder)
  case pane(PointerPane)
  case title(PointerPane)
  /// The plot in a pane of the curves, without its axes.
  case plot(CurveName)
}

/// A pane that can be chosen and have the view to itself.
enum PointerPane: Equatable {
  case dashboard(DashboardPane)
  case curve(CurveName)
  case mask(MaskPanel)
  /// The charts of the system view, which have it to themselves together.
  case charts
}

/// Where the targets stand. The views write this down while they draw, so it is where a person sees them.
final class PointerTargets {
  private var all: [(target: PointerTarget, rect: Rect)] = []

  func add(_ target: PointerTarget, _ rect: Rect) {
    if !rect.isEmpty { all.append((target, rect)) }
  }

  /// Forgets all targets: what is drawn next stands in front of them.
  func removeAll() { all = [] }

  /// The foremost target in a cell of the screen; titles stand in front of the borders that they interrupt.
  func at(x: Int, y: Int) -> (target: PointerTarget, rect: Rect)? {
    let here = all.filter { $0.rect.contains(x: x, y: y) }
    return here.last { if case .title = $0.target { true } else { false } } ?? here.last
  }
}

extension ViewContext {
  /// Notes where something stands that the mouse can be used on; `rect` is one of the region that is drawn in.
  func target(_ target: @autoclosure () -> PointerTarget, _ rect: Rect, on canvas: Canvas) {
    targets?.add(target(), canvas.visible(rect))
  }
}
