import BlockGzip
import CPlatform
import MixedModels

/// A generalised linear mixed model fitted to a table: what reports are made of.
package struct FittedGeneralizedModel {
  package let data: FitData
  /// The formula as written.
  package let formula: String
  package let fit: GeneralizedLinearMixedFit
  /// CPU seconds of the fit, reading left out.
  package let cpuSeconds: Double
  package let warnings: [String]

  package var model: GeneralizedLinearMixedModel { fit.model }

  /// - Throws: `InputError` for a table or a model that cannot be fitted.
  package init(
    path: String, formula text: String, options: GeneralizedModelOptions,
    references: [String: String]
  ) throws(InputError) {
    formula = text
    let input = try ModelTable(
      path: path, formula: text,
      variables: [options.weights, options.offset, options.groupCovariance].compactMap(\.self),
      references: references)
    data = input.data
    let start = platform_cpu_seconds()
    let model: GeneralizedLinearMixedModel
    do throws(ModelError) {
      model = try GeneralizedLinearMixedModel(input.formula, frame: data.frame, options: options)
    } catch {
      throw input.error(error)
    }
    let fit = model.fit()
    self.fit = fit
    cpuSeconds = platform_cpu_seconds() - start
    warnings = input.mixedColumns + model.warnings + Self.warnings(of: fit)
  }

  private static func warnings(of fit: GeneralizedLinearMixedFit) -> [String] {
    var warnings: [String] = []
    switch fit.status {
    case .ok: break
    case .boundary:
      warnings.append(
        "the optimum lies on the boundary (singular fit): a variance is 0 or a correlation ±1; "
          + "such a term has no intervals")
    case .flat:
      warnings.append(
        "not converged: the best point found is reported, where the deviance's largest derivative is "
          + "\(CompactNumber.text(fit.largestGradient))")
    case .failed(let reason): warnings.append("the fit failed: \(reason.rawValue)")
    }
    // Beside a slope, an intercept is that of a place that may be far from the data.
    let slopes = Set(fit.varianceComponents.filter { $0.first != "(Intercept)" }.map(\.group))
    for row in fit.varianceComponents
    where row.second == nil && row.first == "(Intercept)" && !slopes.contains(row.group)
      && row.deviationOrCorrelation > largestDeviation
    {
      warnings.append(
        "the SD of '\(row.group)' is \(CompactNumber.text(row.deviationOrCorrelation)) on the "
          + "\(fit.model.options.family.link) scale: nearly every level has one outcome only, so its "
          + "size cannot be told")
    }
    if let dispersion = fit.dispersion, dispersion.ratio > 1.2, dispersion.pValue < 0.01 {
      warnings.append(
        "overdispersed: Pearson residuals vary \(CompactNumber.text(dispersion.ratio, digits: 3)) times "
          + "as much as the \(fit.model.options.family.rawValue) family says, so that standard errors "
          + "are too small; add a random effect of every row, (1 | row), with a column that numbers "
          + "rows")
    }
    return warnings
  }

  /// A logit of ±10 is a probability of 0.99995: an SD above it is none that data can tell.
  private static let largestDeviation = 10.0
}
