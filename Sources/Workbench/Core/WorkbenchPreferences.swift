import Foundation
import Plotting
import RunEvents

/// What is remembered of a person's choices from one run to the next.
package struct WorkbenchPreferences: Codable, Equatable, Sendable {
  package var view = WorkbenchView.dashboard
  package var maskView = MaskView.pictureAndMask
  /// Whether pictures are shown in pixels where the terminal can.
  package var showsPixels = true
  /// Whether the mouse is asked for.
  package var usesMouse = false
  /// Name of a theme, or ``Appearance/automaticTheme``; nil: none was chosen.
  package var theme: String?
  package var refreshHz: Int?
  package var isLogarithmicLoss = false
  package var smoothing = CurveSmoothing.automatic
  package var stepRange = "so far"
  package var dashboard = DashboardChoices()
  package var curves = CurvesChoices()
  /// Runs that stand first and are laid over the curves, of all sessions.
  package var pins: [RunReference] = []
  package var system = SystemChoices()

  package init() {}

  /// Whatever is missing, meaningless or of a later version is as at first.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) -> Value {
      (try? values.decodeIfPresent(Value.self, forKey: key)) ?? fallback
    }
    view = value(.view, .dashboard)
    maskView = value(.maskView, .pictureAndMask)
    showsPixels = value(.showsPixels, true)
    usesMouse = value(.usesMouse, false)
    theme = try? values.decodeIfPresent(String.self, forKey: .theme)
    refreshHz = (try? values.decodeIfPresent(Int.self, forKey: .refreshHz)).map {
      min(max(1, $0), Appearance.refreshRates.last ?? 30)
    }
    isLogarithmicLoss = value(.isLogarithmicLoss, false)
    smoothing = value(.smoothing, Self.earlierSmoothing(decoder))
    stepRange = value(.stepRange, "so far")
    dashboard = value(.dashboard, DashboardChoices())
    curves = value(.curves, CurvesChoices())
    pins = value(.pins, [])
    system = value(.system, SystemChoices())
  }

  /// Earlier versions remembered a place among fixed weights. The third was remembered without having been chosen.
  private static func earlierSmoothing(_ decoder: any Decoder) -> CurveSmoothing {
    let values = try? decoder.container(keyedBy: EarlierKeys.self)
    guard let level = try? values?.decodeIfPresent(Int.self, forKey: .smoothing), level != 2 else { return .automatic }
    return CurveSmoothing(level: max(0, level))
  }

  private enum EarlierKeys: String, CodingKey { case smoothing }

  /// As a file holds it: JSON with sorted keys, so that a person can read and change it.
  package var data: Data { Self.text(of: self) }

  /// The text of a file that holds these values.
  package static func text(of values: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return ((try? encoder.encode(values)) ?? Data("{}".utf8)) + Data("\n".utf8)
  }

  /// nil where the data are no such file.
  package init?(_ data: Data) {
    guard let preferences = try? JSONDecoder().decode(WorkbenchPreferences.self, from: data) else { return nil }
    self = preferences
  }
}

extension WorkbenchView: Codable {}
extension MaskView: Codable {}
