import Foundation
import RunEvents

/// What is remembered of a person's choices from one run to the next.
public struct WorkbenchPreferences: Codable, Equatable, Sendable {
  public var view = WorkbenchView.dashboard
  public var maskView = MaskView.pictureAndMask
  /// Whether pictures are shown in pixels where the terminal can.
  public var showsPixels = true
  /// Whether the mouse is asked for.
  public var usesMouse = false
  /// Name of a theme, or ``Appearance/automaticTheme``; nil: none was chosen.
  public var theme: String?
  public var refreshHz: Int?
  public var isLogarithmicLoss = false
  /// Index into ``Series/smoothingWeights``.
  public var smoothing = 2
  public var stepRange = "so far"
  public var dashboard = DashboardChoices()
  public var curves = CurvesChoices()
  /// Runs that stand first and are laid over the curves, of all sessions.
  public var pins: [RunReference] = []
  public var system = SystemChoices()

  public init() {}

  /// Whatever is missing, meaningless or of a later version is as at first.
  public init(from decoder: any Decoder) throws {
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
    smoothing = min(max(0, value(.smoothing, 2)), 3)
    stepRange = value(.stepRange, "so far")
    dashboard = value(.dashboard, DashboardChoices())
    curves = value(.curves, CurvesChoices())
    pins = value(.pins, [])
    system = value(.system, SystemChoices())
  }

  /// As a file holds it: JSON with sorted keys, so that a person can read and change it.
  public var data: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return ((try? encoder.encode(self)) ?? Data("{}".utf8)) + Data("\n".utf8)
  }

  /// nil where the data are no such file.
  public init?(_ data: Data) {
    guard let preferences = try? JSONDecoder().decode(WorkbenchPreferences.self, from: data) else { return nil }
    self = preferences
  }
}

extension WorkbenchView: Codable {}
extension MaskView: Codable {}
