import MixedModels

/// A generalised fit as text, in the layout of lme4's summary.
package struct GeneralizedFitSummary {
  let model: FittedGeneralizedModel
  let extras: FitExtras

  package init(_ model: FittedGeneralizedModel, extras: FitExtras) {
    self.model = model
    self.extras = extras
  }

  private var fit: GeneralizedLinearMixedFit { model.fit }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    var lines = header
    lines += SummaryBlocks.criteria(
      [fit.akaike, fit.bayesian, fit.logLikelihood, fit.deviance],
      freedom: fit.model.observationCount - fit.parameterCount)
    lines += SummaryBlocks.scaledResiduals(fit.pearsonResiduals)
    lines += ["", "Random effects:"]
    lines += SummaryBlocks.randomEffects(fit.varianceComponents, residualDeviation: nil)
    lines += SummaryBlocks.counts(fit.model.observationCount, groups: fit.model.groups)
    lines += ["", "Fixed effects:"] + CoefficientTable.lines(fit.fixedEffects, name: \.term)
    lines += SummaryBlocks.significance
    lines += SummaryBlocks.correlations(fit.coefficientCovariance, names: fit.model.fixedNames)
    lines += dispersion
    lines +=
      ExtraTables(
        extras, scale: "on the \(fit.model.options.family.link) scale"
      ).lines
    if fit.status != .ok { lines += ["", "status: \(fit.status)"] }
    return lines
  }

  private var header: [String] {
    let options = fit.model.options
    let method =
      options.quadraturePoints == 1
      ? "Laplace Approximation"
      : "Adaptive Gauss-Hermite Quadrature, nAGQ = \(options.quadraturePoints)"
    var lines = [
      "Generalized linear mixed model fit by maximum likelihood (\(method))",
      " Family: \(options.family.rawValue)  ( \(options.family.link) )",
      "Formula: \(model.formula)", "   Data: \(model.data.table.path)",
    ]
    if let success = fit.model.success { lines.append("Success: \(success)") }
    if let weights = options.weights { lines.append("Weights: \(weights)") }
    if let offset = options.offset { lines.append(" Offset: \(offset)") }
    if let group = options.groupCovariance { lines.append("Covariances by: \(group)") }
    return lines + SummaryBlocks.dropped(model.data)
  }

  private var dispersion: [String] {
    guard let dispersion = fit.dispersion else { return [] }
    let p = CompactNumber.text(dispersion.pValue, digits: 3)
    return [
      "",
      "Dispersion: \(CompactNumber.fixed(dispersion.ratio, decimals: 3)) (Pearson chi-squared "
        + "\(CompactNumber.fixed(dispersion.statistic, decimals: 1)) on "
        + "\(CompactNumber.fixed(dispersion.degreesOfFreedom, decimals: 1)) df, p = \(p))",
    ]
  }
}
