import Foundation
import Histories
import RunEvents

extension Report {
  /// Preview pictures over the steps: what was masked, how close predictions came, what they look like.
  var masksSection: Markup {
    let parts = runs.enumerated().map { place, run -> Markup in
      let rows = run.looks.enumerated().map { looks(of: $0.element, id: "p\(place)-\($0.offset)") }
      let all = Markup(rows)
      guard all != .none else { return .none }
      return runs.count > 1 ? "<h3>\(Self.swatch(place))\(run.name)</h3>\(all)" : all
    }
    let all = Markup(parts)
    guard all != .none else { return .none }
    return Self.section(
      "Masks and predictions", scaleWords + all,
      note: "Preview pictures at steps that were kept; single pictures, no measure of the run.\(describedWords)")
  }

  /// What stands below the masked pictures.
  private var describedWords: String {
    let pictures = runs.flatMap { $0.looks.joined().flatMap { $0.preview.pictures ?? [] } }
    var titles: [String] = []
    for picture in pictures where !titles.contains(picture.title) { titles.append(picture.title) }
    let words = titles.compactMap { title in pictures.first { $0.title == title }.map { "\(title): \($0.help)" } }
    return words.isEmpty ? "" : " Below: " + words.joined(separator: " ")
  }

  private var scaleWords: Markup {
    guard runs.contains(where: { $0.looks.joined().contains { !$0.preview.cosine.isEmpty } }) else { return .none }
    let stops = Markup(
      stride(from: 0.0, through: 1, by: 0.25).map {
        "<stop offset=\"\(fixedText($0, decimals: 2))\" stop-color=\"\(Self.heat($0))\"/>"
      })
    return """
      <p class="soft note">Dark patches are masked; squares are coloured by the cosine of prediction and target, 0 \
      <svg class="scale" viewBox="0 0 120 10" preserveAspectRatio="none"><defs><linearGradient id="heat">\(stops)</linearGradient></defs>\
      <rect width="120" height="10" fill="url(#heat)"/></svg> 1.</p>

      """
  }

  /// A picture at its steps.
  private func looks(of snapshots: [PictureSnapshot], id: String) -> Markup {
    guard let first = snapshots.first?.preview,
      let address = PNGPicture.address(width: first.width, height: first.height, rgb: first.rgb)
    else { return .none }
    let (width, height) = (first.width, first.height)
    let picture: Markup = """
      <div class="look"><svg viewBox="0 0 \(width) \(height)"><image id="\(id)" width="\(width)" height="\(height)" href="\(address)"/></svg>\
      <div>\(first.name)</div></div>

      """
    let steps = snapshots.filter { $0.preview.width == width && $0.preview.height == height }.map {
      snapshot -> Markup in
      let preview = snapshot.preview
      return """
        <div class="look"><svg viewBox="0 0 \(width) \(height)"><use href="#\(id)"/>\(patches(preview))</svg>\
        \(Markup((preview.pictures ?? []).compactMap { described($0, preview) }))\
        <div>step \(preview.step)\(cosineWords(preview))</div></div>

        """
    }
    return "<div class=\"looks\">\(picture)\(Markup(steps))</div>\n"
  }

  private func described(_ picture: DescribedPicture, _ preview: MaskPreview) -> Markup? {
    PNGPicture.address(width: preview.width, height: preview.height, rgb: picture.rgb).map { address in
      """
      <svg viewBox="0 0 \(preview.width) \(preview.height)"><title>\(picture.title): \(picture.help)</title>\
      <image width="\(preview.width)" height="\(preview.height)" href="\(address)"/></svg>
      """
    }
  }

  private func cosineWords(_ preview: MaskPreview) -> String {
    if let share = preview.classes?.share { return ", \(scoreText(share)) of cells right" }
    let masked = zip(preview.mask, preview.cosine).filter { $0.0 && $0.1.isFinite }.map { Double($0.1) }
    guard !masked.isEmpty else { return "" }
    return ", cosine " + fixedText(masked.reduce(0, +) / Double(masked.count), decimals: 3)
  }

  /// Masked patches dark, with a square by how close the prediction came.
  private func patches(_ preview: MaskPreview) -> Markup {
    let (rows, columns) = (preview.gridRows, preview.gridColumns)
    guard rows > 0, columns > 0, preview.mask.count == rows * columns else { return .none }
    let (width, height) = (Double(preview.width) / Double(columns), Double(preview.height) / Double(rows))
    var dark = ""
    var squares = Markup.none
    for index in preview.mask.indices where preview.mask[index] {
      let (x, y) = (Double(index % columns) * width, Double(index / columns) * height)
      dark += "M\(short(x)) \(short(y))h\(short(width))v\(short(height))h\(short(-width))z"
      guard preview.cosine.indices.contains(index), preview.cosine[index].isFinite else { continue }
      squares += """
        <rect x="\(short(x + width * 0.18))" y="\(short(y + height * 0.18))" width="\(short(width * 0.64))" \
        height="\(short(height * 0.64))" fill="\(Self.heat(Double(preview.cosine[index])))"/>
        """
    }
    return dark.isEmpty ? .none : "<path d=\"\(dark)\" fill=\"#0b0d10\" fill-opacity=\".86\"/>\(squares)"
  }

  private func short(_ value: Double) -> String {
    value == value.rounded() ? fixedText(value, decimals: 0) : fixedText(value, decimals: 2)
  }

  /// Dark to light, readable without colours: viridis at five places.
  static func heat(_ share: Double) -> String {
    let stops: [(Double, Double, Double)] = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)]
    let place = min(max(0, share.isFinite ? share : 0), 1) * Double(stops.count - 1)
    let first = min(stops.count - 2, Int(place))
    let part = place - Double(first)
    let (a, b) = (stops[first], stops[first + 1])
    func level(_ a: Double, _ b: Double) -> String {
      let digits = String(Int((a + (b - a) * part).rounded()), radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }
    return "#" + level(a.0, b.0) + level(a.1, b.1) + level(a.2, b.2)
  }
}
