import Canvas
import Histories
import Measures
import Plotting

extension Metric {
  /// In at most eight characters.
  package func text(_ value: Double) -> String {
    switch format {
    case .fixed(let decimals): fixedText(value, decimals: decimals)
    case .magnitude(let decimals):
      value >= 1000 ? scientificText(value, digits: 3) : fixedText(value, decimals: decimals)
    case .scientific(let digits): scientificText(value, digits: digits, keepingZeros: true)
    case .rate: rateText(value)
    case .seconds: secondsText(value)
    }
  }

  /// Columns that its numbers take as a rule.
  var usualColumns: Int {
    switch format {
    case .scientific: 8
    case .fixed, .magnitude, .rate, .seconds: 6
    }
  }
}

extension Metric.Phase {
  var role: Role {
    switch color {
    case 1: .series1
    case 2: .series2
    case 3: .series3
    case 4: .series4
    default: .warning
    }
  }
}
