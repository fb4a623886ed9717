import Tensors

/// MAE's mask: every set of `masked` patches is equally likely.
///
/// - Parameter masked: in `0...patches`.
/// - Returns: `patches` entries, true = masked.
package func randomMask(patches: Int, masked: Int, using generator: inout Philox) -> [Bool] {
  var order = Array(0..<patches)
  var mask = [Bool](repeating: false, count: patches)
  for place in 0..<min(masked, patches) {
    order.swapAt(place, place + generator.below(patches - place))
    mask[order[place]] = true
  }
  return mask
}
