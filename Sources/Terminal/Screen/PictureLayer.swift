import Canvas

/// The pictures over the cells of a terminal: says what to send so that it shows those of the next frame, and no byte
/// where it does.
package struct PictureLayer {
  private struct Shown {
    var placed: PlacedPicture
    var id: UInt32
  }

  private var shown: [Shown] = []
  /// Whether the terminal may have lost or moved what is `shown`.
  private var isStale = false
  /// Numbers are the terminal's, and other programs may have pictures in it: these begin with `mvp`.
  private var nextID: UInt32 = 0x6D76_7001

  package init() {}

  /// Sends everything again with the next frame.
  package mutating func invalidate() { isStale = true }

  /// What brings the terminal from the pictures of the frame before to these. A picture that it has is not sent again.
  /// New ones come before old ones go, so that nothing is seen in between.
  package mutating func update(to pictures: [PlacedPicture]) -> [UInt8] {
    var bytes: [UInt8] = []
    var old = shown
    if isStale {
      old.forEach { bytes += KittyGraphics.delete(id: $0.id) }
      old = []
      isStale = false
    }
    shown = pictures.map { placed in
      if let index = old.firstIndex(where: { $0.placed == placed })
        ?? old.firstIndex(where: { $0.placed.picture == placed.picture })
      {
        let known = old.remove(at: index)
        if known.placed.rect != placed.rect {
          bytes += KittyGraphics.hide(id: known.id) + KittyGraphics.place(id: known.id, in: placed.rect)
        }
        return Shown(placed: placed, id: known.id)
      }
      let id = nextID
      nextID += 1
      bytes += KittyGraphics.transmit(placed.picture, id: id) + KittyGraphics.place(id: id, in: placed.rect)
      return Shown(placed: placed, id: id)
    }
    old.forEach { bytes += KittyGraphics.delete(id: $0.id) }
    return bytes
  }
}
