import Glibc
import MixedModels

/// A generalised fit as one JSON object, with the keys of `FitDocument` where they apply.
package struct GeneralizedFitDocument {
  let model: FittedGeneralizedModel
  let extras: FitExtras

  package init(_ model: FittedGeneralizedModel, extras: FitExtras) {
    self.model = model
    self.extras = extras
  }

  /// UTF-8, with a line end.
  package func text() throws -> [UInt8] { try JSONValue.object(content).document() }

  private var content: [String: JSONValue] {
    let fit = model.fit
    let options = fit.model.options
    var content: [String: JSONValue] = [
      "formula": .text(model.formula), "criterion": .text("ml"),
      "family": .text(options.family.rawValue), "link": .text(options.family.link),
      "approximation": .text(options.quadraturePoints == 1 ? "laplace" : "agq"),
      "quadrature_points": .integer(options.quadraturePoints),
      "success": fit.model.success.map(JSONValue.text) ?? .null,
      "deviance": .number(fit.deviance), "log_likelihood": .number(fit.logLikelihood),
      "aic": .number(fit.akaike), "bic": .number(fit.bayesian),
      "parameters": .integer(fit.parameterCount), "status": .text(fit.status.description),
      "largest_gradient": .number(fit.largestGradient),
      "n_observations": .integer(fit.model.observationCount),
      "n_dropped": .integer(model.data.droppedCount), "level": .number(options.level),
      "groups": .object(
        Dictionary(fit.model.groups.map { ($0.name, .integer($0.levels)) }) { first, _ in first }),
      "fixed_effects": .list(fit.fixedEffects.map { .object(FitDocument.effect($0)) }),
      "fixed_effects_covariance": .list(
        fit.coefficientCovariance.map { .list($0.map(JSONValue.number)) }),
      "variance_components": .list(fit.varianceComponents.map(FitDocument.component)),
      "residual_sd": .null, "residual_variance": .object([:]), "tests": .list([]),
      "warnings": .list(model.warnings.map(JSONValue.text)),
      "timing": .object(["fit_cpu_seconds": .number(model.cpuSeconds)]),
    ]
    content["dispersion"] =
      fit.dispersion.map {
        .object([
          "ratio": .number($0.ratio), "statistic": .number($0.statistic),
          "df": .number($0.degreesOfFreedom), "p": .number($0.pValue),
        ])
      } ?? .null
    content.merge(FitDocument.content(of: extras)) { $1 }
    return content
  }
}
