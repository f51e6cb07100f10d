import Glibc
import MixedModels

/// Parts that summaries of fits have in common, in lme4's layout.
package enum SummaryBlocks {
  /// Rows that lack values.
  static func dropped(_ data: FitData) -> [String] {
    guard data.droppedCount > 0 else { return [] }
    let names = data.missing.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return ["Rows left out: \(data.droppedCount) with missing values (\(names))"]
  }

  /// - Parameter values: AIC, BIC, log-likelihood and deviance.
  static func criteria(_ values: [Double], freedom: Int) -> [String] {
    var columns = TextColumns([.right, .right, .right, .right, .right])
    columns.append(["AIC", "BIC", "logLik", "deviance", "df.resid"])
    columns.append(values.map { CompactNumber.fixed($0, decimals: 1) } + ["\(freedom)"])
    return [""] + columns.lines
  }

  package static func scaledResiduals(_ residuals: [Double]) -> [String] {
    let values = residuals.filter(\.isFinite).sorted()
    guard let largest = values.map({ abs($0) }).max(), largest > 0 else { return [] }
    func quantile(_ p: Double) -> Double {
      let place = p * Double(values.count - 1)
      let below = Int(place)
      let above = min(below + 1, values.count - 1)
      return values[below] + (place - Double(below)) * (values[above] - values[below])
    }
    let decimals = max(0, 5 - Int(log10(largest).rounded(.up)))
    var columns = TextColumns([.right, .right, .right, .right, .right])
    columns.append(["   Min", "    1Q", "Median", "    3Q", "   Max"])
    columns.append(
      [0, 0.25, 0.5, 0.75, 1].map { CompactNumber.fixed(quantile($0), decimals: decimals) })
    return ["", "Scaled residuals:"] + columns.lines
  }

  /// - Parameter residualDeviation: nil where the family has none.
  package static func randomEffects(
    _ components: [VarianceComponentEstimate], residualDeviation: Double?
  ) -> [String] {
    let deviations = components.filter { $0.second == nil }
    let residual = [residualDeviation].compactMap(\.self)
    let variances = CompactNumber.column(
      deviations.map(\.covariance) + residual.map { $0 * $0 })
    let shown = CompactNumber.column(deviations.map(\.deviationOrCorrelation) + residual)
    var columns = TextColumns([.left, .left, .left, .right, .right, .left])
    columns.append(["", "Groups", "Name", "Variance", "Std.Dev.", "Corr"])
    var last = ""
    for (index, row) in deviations.enumerated() {
      let label = row.group + (row.stratum.map { " (\($0))" } ?? "")
      let term = components.filter {
        $0.second == row.first && $0.group == row.group && $0.stratum == row.stratum
      }
      let correlations = term.map { CompactNumber.fixed($0.deviationOrCorrelation, decimals: 2) }
      let isNew = label != last || term.isEmpty
      columns.append([
        "", isNew ? label : "", row.first, variances[index], shown[index],
        correlations.joined(separator: " "),
      ])
      last = label
    }
    if residualDeviation != nil {
      columns.append(
        ["", "Residual", "", variances[deviations.count], shown[deviations.count], ""])
    }
    return columns.lines
  }

  package static func counts(_ observations: Int, groups: [(name: String, levels: Int)]) -> [String]
  {
    let groups = groups.map { "\($0.name), \($0.levels)" }.joined(separator: "; ")
    return ["Number of obs: \(observations), groups:  \(groups)"]
  }

  package static let significance = [
    "---", "Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1",
  ]

  static func correlations(_ covariance: [[Double]], names: [String]) -> [String] {
    guard names.count > 1, names.count <= 20 else { return [] }
    func short(_ name: String) -> String {
      name == "(Intercept)" ? "(Intr)" : String(name.prefix(6))
    }
    var columns = TextColumns([.left] + names.dropLast().map { _ in .right })
    columns.append([""] + names.dropLast().map(short))
    for i in 1..<names.count {
      columns.append(
        [String(names[i].prefix(11))]
          + (0..<(names.count - 1)).map { j in
            guard j < i else { return "" }
            let scale = (covariance[i][i] * covariance[j][j]).squareRoot()
            return CompactNumber.fixed(covariance[i][j] / scale, decimals: 3)
          })
    }
    return ["", "Correlation of Fixed Effects:"] + columns.lines
  }

  /// A text as lines of at most `width` characters where words allow it.
  ///
  /// - Parameters:
  ///   - first: what the first line begins with; the others begin with `indent`.
  package static func wrapped(
    _ text: String, first: String = "", indent: String, width: Int
  ) -> [String] {
    var lines: [String] = []
    var line = first
    var hasWord = false
    for word in text.split(separator: " ") {
      if hasWord, line.count + word.count > width {
        lines.append(String(line.dropLast()))
        line = indent
      }
      line += word + " "
      hasWord = true
    }
    return lines + [String(line.dropLast())]
  }
}
