/// What a person did with the mouse, as the terminal told it.
package struct PointerEvent: Hashable, Sendable {
  package enum Button: Hashable, Sendable { case left, middle, right }

  package enum Kind: Hashable, Sendable {
    case press(Button)
    /// The pointer came to another cell with a button held.
    case drag(Button)
    /// Some button was let go; terminals of old do not say which.
    case release
    case wheelUp, wheelDown
  }

  package var kind: Kind
  /// The cell, counted from the left and from the top of the screen.
  package var x: Int
  package var y: Int

  package init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }
}
