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
    lines += SummaryBlocks.scaledResiduals(fit.scaledResiduals)
    lines += ["", "Random effects:"] + randomEffects
    lines += residualParameters
    lines += ["", "Fixed effects:"] + CoefficientTable.lines(fit.fixedEffects, name: \.term)
    lines += SummaryBlocks.significance
    lines += SummaryBlocks.correlations(fit.coefficientCovariance, names: fit.model.fixedNames)
    lines += ExtraTables(extras).lines
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
    return lines + SummaryBlocks.dropped(model.data)
  }

  private var criterion: [String] {
    if options.criterion == .reml {
      return [
        "", "REML criterion at convergence: \(CompactNumber.fixed(fit.deviance, decimals: 1))",
      ]
    }
    return SummaryBlocks.criteria(
      [fit.akaike, fit.bayesian, fit.logLikelihood, fit.deviance],
      freedom: fit.model.observationCount - fit.parameterCount)
  }

  private var randomEffects: [String] {
    var components = fit.varianceComponents
    let deviations = components.indices.filter { components[$0].second == nil }
    for (index, isZero) in zip(deviations, vanishingVariances) where isZero {
      (components[index].covariance, components[index].deviationOrCorrelation) = (0, 0)
    }
    return SummaryBlocks.randomEffects(components, residualDeviation: fit.residualDeviation)
      + SummaryBlocks.counts(fit.model.observationCount, groups: fit.model.groups)
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
