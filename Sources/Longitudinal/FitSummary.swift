import Glibc
import MixedModels
import Tables

/// A fit as text, in the layout of lme4's and lmerTest's summary.
package struct FitSummary {
  let model: FittedModel
  let extras: FitExtras

  package init(_ model: FittedModel, extras: FitExtras) {
    self.model = model
    self.extras = extras
  }

  private var fit: LinearMixedFit { model.fit }
  private var options: LinearModelOptions { fit.model.options }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    var lines = header
    lines += criterion
    lines += scaledResiduals
    lines += ["", "Random effects:"] + randomEffects
    lines += residualParameters
    lines += ["", "Fixed effects:"] + coefficientTable(fit.fixedEffects, name: \.term)
    lines += ["---", "Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1"]
    lines += correlations
    lines += ExtraTables(extras, options: options).lines
    lines += centring
    if fit.status != .ok { lines += ["", "status: \(fit.status)"] }
    return lines
  }

  private var header: [String] {
    let isREML = options.criterion == .reml
    let test: String
    switch options.degreesOfFreedom {
    case .satterthwaite: test = "t-tests use Satterthwaite's method"
    case .kenwardRoger: test = "t-tests use Kenward-Roger's method"
    case .residual: test = "t-tests use residual degrees of freedom"
    case .infinite: test = "tests are normal"
    }
    var lines = [
      "Linear mixed model fit by \(isREML ? "REML" : "maximum likelihood"). \(test)",
      "Formula: \(model.formula)", "   Data: \(model.data.table.path)",
    ]
    if let weights = options.weights { lines.append("Weights: \(weights)") }
    if let offset = options.offset { lines.append(" Offset: \(offset)") }
    if let group = options.groupCovariance { lines.append("Covariances by: \(group)") }
    if model.data.droppedCount > 0 {
      let names = model.data.missing.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      lines.append("Rows left out: \(model.data.droppedCount) with missing values (\(names))")
    }
    return lines
  }

  private var criterion: [String] {
    if options.criterion == .reml {
      return [
        "", "REML criterion at convergence: \(CompactNumber.fixed(fit.deviance, decimals: 1))",
      ]
    }
    let df = fit.model.observationCount - fit.parameterCount
    var columns = TextColumns([.right, .right, .right, .right, .right])
    columns.append(["AIC", "BIC", "logLik", "deviance", "df.resid"])
    columns.append(
      [fit.akaike, fit.bayesian, fit.logLikelihood, fit.deviance].map {
        CompactNumber.fixed($0, decimals: 1)
      } + ["\(df)"])
    return [""] + columns.lines
  }

  private var scaledResiduals: [String] {
    let values = fit.scaledResiduals.filter(\.isFinite).sorted()
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

  private var randomEffects: [String] {
    let components = fit.varianceComponents
    var deviations = components.filter { $0.second == nil }
    for (index, isZero) in vanishingVariances.enumerated() where isZero {
      (deviations[index].covariance, deviations[index].deviationOrCorrelation) = (0, 0)
    }
    let variances = CompactNumber.column(
      deviations.map(\.covariance) + [fit.residualDeviation * fit.residualDeviation])
    let shown = CompactNumber.column(
      deviations.map(\.deviationOrCorrelation) + [fit.residualDeviation])
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
    columns.append(
      ["", "Residual", "", variances[deviations.count], shown[deviations.count], ""])
    let groups = fit.model.groups.map { "\($0.name), \($0.levels)" }.joined(separator: "; ")
    return columns.lines + [
      "Number of obs: \(fit.model.observationCount), groups:  \(groups)"
    ]
  }

  /// By random column: whether it is 0 but for rounding, which would make a column of numbers unreadable.
  private var vanishingVariances: [Bool] {
    let residual = fit.residualDeviation * fit.residualDeviation
    let columns = fit.model.terms.flatMap { term in
      (0..<term.columns.columns).map(term.columns.column)
    }
    return zip(columns, fit.varianceComponents.filter { $0.second == nil }).map { column, row in
      let size = column.reduce(0) { max($0, $1 * $1) }
      return fit.status == .boundary && row.covariance * size < 1e-20 * residual
    }
  }

  private var residualParameters: [String] {
    let parameters = fit.residualParameters
    guard !parameters.isEmpty else { return [] }
    var columns = TextColumns([.left, .left, .right, .right, .right])
    let tail = 50 * (1 - options.level)
    columns.append(
      ["", "Residual", "Estimate"]
        + [tail, 100 - tail].map { "\(CompactNumber.text($0)) %" })
    for parameter in parameters {
      columns.append(
        ["", parameter.name]
          + [parameter.estimate, parameter.lower, parameter.upper].map {
            CompactNumber.text($0)
          })
    }
    return [""] + columns.lines
  }

  private func coefficientTable(
    _ effects: [FixedEffect], name: (FixedEffect) -> String
  ) -> [String] {
    CoefficientTable.lines(effects, name: name)
  }

  private var correlations: [String] {
    let covariance = fit.coefficientCovariance
    let names = fit.model.fixedNames
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

  private var centring: [String] {
    let reports = fit.centring
    guard !reports.isEmpty else { return [] }
    var columns = TextColumns([.left, .left, .right, .right, .right, .right, .right])
    columns.append(["", "Term", "at 0", "at first", "at mean", "at last", "0 at"])
    for report in reports {
      let label =
        "\(report.slope) | \(report.group)" + (report.stratum.map { " (\($0))" } ?? "")
      columns.append(
        ["", label]
          + report.correlations.map { item in
            let value = CompactNumber.fixed(item.correlation, decimals: 2)
            return item.place == "centre" ? value : "\(value) (\(CompactNumber.text(item.value)))"
          } + [CompactNumber.text(report.vanishesAt)])
    }
    return ["", "Correlation of level and slope, by where the slope's variable is 0:"]
      + columns.lines
  }
}

/// Estimates with tests, in lmerTest's layout.
enum CoefficientTable {
  static func lines(_ effects: [FixedEffect], name: (FixedEffect) -> String) -> [String] {
    let numbers = CompactNumber.coefficients([
      effects.map(\.estimate), effects.map(\.standardError),
    ])
    let isNormal = effects.allSatisfy { $0.degreesOfFreedom.isInfinite }
    var columns = TextColumns([.left, .right, .right, .right, .right, .right, .left])
    columns.append([
      "", "Estimate", "Std. Error", "df", isNormal ? "z value" : "t value",
      isNormal ? "Pr(>|z|)" : "Pr(>|t|)", "",
    ])
    let df = CompactNumber.column(effects.map { min($0.degreesOfFreedom, 1e8) }, digits: 5)
    for (row, effect) in effects.enumerated() {
      columns.append([
        name(effect), numbers[0][row], numbers[1][row],
        effect.degreesOfFreedom.isInfinite ? "Inf" : df[row],
        CompactNumber.fixed(effect.statistic, decimals: 3),
        CompactNumber.pValue(logarithm: effect.logPValue),
        CompactNumber.stars(logarithm: effect.logPValue),
      ])
    }
    return columns.lines
  }
}
