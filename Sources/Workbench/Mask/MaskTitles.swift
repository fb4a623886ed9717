import Canvas
import RunEvents

/// Titles that say more where there is more room.
struct MaskTitles {
  /// The longest first; nil: the panel's own says all.
  let titles: [String]?
  /// Whether what stands right of them is worth more than a longer title.
  let giveWay: Bool

  init(_ state: WorkbenchState, _ panel: MaskPanel) {
    let mask = state.mask
    giveWay = panel == .picture || mask.attentionQuery(isLive: state.isLive) == nil && panel == .attention
    switch panel {
    case .attention:
      titles = AttentionWords(mask, isLive: state.isLive)?.titles ?? AttentionWords.usualTitles
    case .picture:
      let rank = mask.order.rank(of: mask.index, among: state.run?.previewCount ?? 0)
      titles = rank.map { ["picture, \($0) by masked cosine", "picture, \($0)", $0] }
    case .histogram: titles = ["histogram of cosines, prediction and target", "histogram of cosines", panel.title]
    case .difference:
      let what = mask.patch.map { "like \($0.text)" }
      titles = [
        "\(panel.title), \(what.map { "cosines \($0)" } ?? "mean cosine with all patches")",
        what.map { "\(panel.title) \($0)" } ?? "\(panel.title), mean cosine", panel.title,
      ]
    case .change:
      guard let earlier = mask.earlier, let now = mask.preview else {
        titles = nil
        return
      }
      let isSame = now.guidance == earlier.guidance
      let (new, old) = isSame ? ("", "") : (" " + guidanceName(now.guidance), " " + guidanceName(earlier.guidance))
      titles = [
        "cosine at step \(now.step)\(new) - at step \(earlier.step)\(old)",
        "cosine, step \(now.step)\(new) - \(earlier.step)\(old)", "step \(now.step)\(new) - \(earlier.step)\(old)",
        "\(now.step) - \(earlier.step)",
      ]
    case .rival:
      guard let now = mask.shownPreview, let other = mask.rival,
        let kept = other.snapshot(like: now)
      else {
        titles = mask.rival.map { ["two runs: \(sanitised($0.reference.name(in: state.run?.session)))", panel.title] }
        return
      }
      let left = sanitised(state.run?.run ?? "")
      let right = sanitised(other.reference.name(in: state.run?.session))
      func short(_ name: String) -> String { String(name.prefix(6)) }
      titles = [
        "cosine in \(left) at step \(now.step) | in \(right) at step \(kept.step)",
        "\(left) step \(now.step) | \(right) step \(kept.step)", "\(left) \(now.step) | \(right) \(kept.step)",
        "\(short(left)) \(now.step) | \(short(right)) \(kept.step)", "\(now.step) | \(short(right)) \(kept.step)",
      ]
    default: titles = nil
    }
  }
}
