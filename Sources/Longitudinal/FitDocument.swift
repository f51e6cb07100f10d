import Glibc
import MixedModels

/// A fit as one JSON object.
package struct FitDocument {
  let model: FittedModel
  let extras: FitExtras

  package init(_ model: FittedModel, extras: FitExtras) {
    self.model = model
    self.extras = extras
  }

  /// UTF-8, with a line end.
  package func text() throws -> [UInt8] { try JSONValue.object(content).document() }

  private var content: [String: JSONValue] {
    let fit = model.fit
    let options = fit.model.options
    let residual = fit.residualParameters
    var content: [String: JSONValue] = [
      "formula": .text(model.formula),
      "criterion": .text(options.criterion.rawValue),
      "degrees_of_freedom": .text(options.degreesOfFreedom.rawValue),
      "deviance": .number(fit.deviance), "log_likelihood": .number(fit.logLikelihood),
      "aic": .number(fit.akaike), "bic": .number(fit.bayesian),
      "parameters": .integer(fit.parameterCount),
      "status": .text(fit.status.description),
      "largest_gradient": .number(fit.largestGradient),
      "n_observations": .integer(fit.model.observationCount),
      "n_dropped": .integer(model.data.droppedCount),
      "level": .number(options.level),
      "groups": .object(
        Dictionary(fit.model.groups.map { ($0.name, .integer($0.levels)) }) { first, _ in first }),
      "fixed_effects": .list(fit.fixedEffects.map { .object(Self.effect($0)) }),
      "fixed_effects_covariance": .list(
        fit.coefficientCovariance.map { .list($0.map(JSONValue.number)) }),
      "variance_components": .list(fit.varianceComponents.map(Self.component)),
      "residual_sd": .number(fit.residualDeviation),
      "residual_sd_lower": .number(fit.residualDeviationInterval.lower),
      "residual_sd_upper": .number(fit.residualDeviationInterval.upper),
      "residual_variance": .object(
        Dictionary(residual.map { ($0.name, .number($0.estimate)) }) { first, _ in first }),
      "residual_variance_intervals": .object(
        Dictionary(residual.map { ($0.name, .list([.number($0.lower), .number($0.upper)])) }) {
          first, _ in first
        }),
      "tests": .list(extras.variances.map(Self.test)),
      "centring": .list(fit.centring.map(Self.centring)),
      "warnings": .list(model.warnings.map(JSONValue.text)),
      "timing": .object(["fit_cpu_seconds": .number(model.cpuSeconds)]),
    ]
    content.merge(Self.content(of: extras)) { $1 }
    return content
  }

  /// What was asked beyond coefficients.
  static func content(of extras: FitExtras) -> [String: JSONValue] {
    var content: [String: JSONValue] = [:]
    if !extras.terms.isEmpty { content["anova"] = .list(extras.terms.map(Self.term)) }
    if !extras.likelihood.isEmpty {
      content["likelihood_ratio_tests"] = .list(extras.likelihood.map(Self.likelihood))
    }
    for (key, estimates) in [
      ("marginal_means", extras.means), ("mean_differences", extras.meanDifferences),
      ("slopes", extras.slopes), ("slope_differences", extras.slopeDifferences),
    ] where !estimates.isEmpty { content[key] = .list(estimates.map(Self.marginal)) }
    if !extras.contrasts.isEmpty {
      content["contrasts"] = .list(extras.contrasts.map { .object(Self.effect($0)) })
    }
    if !extras.visits.isEmpty { content["next_visits"] = .list(extras.visits.map(Self.visit)) }
    if !extras.averaged.isEmpty {
      content["averaged"] = .list(
        extras.averaged.map { AveragedReport(comparison: $0).content })
    }
    return content
  }

  private static func likelihood(_ test: LikelihoodRatioTest) -> JSONValue {
    .object([
      "term": .text(test.term), "statistic": .number(test.statistic),
      "df": .number(test.degreesOfFreedom), "p": .number(exp(test.logPValue)),
    ])
  }

  package static func effect(_ effect: FixedEffect) -> [String: JSONValue] {
    [
      "term": .text(effect.term), "estimate": .number(effect.estimate),
      "se": .number(effect.standardError), "df": .number(effect.degreesOfFreedom),
      "statistic": .number(effect.statistic), "p": .number(effect.pValue),
      "log10_p": .number(effect.logPValue / log(10)), "lower": .number(effect.lower),
      "upper": .number(effect.upper),
    ]
  }

  package static func component(_ row: VarianceComponentEstimate) -> JSONValue {
    var object: [String: JSONValue] = [
      "group": .text(row.group), "term1": .text(row.first),
      "term2": row.second.map(JSONValue.text) ?? .null, "covariance": .number(row.covariance),
      "sd_or_correlation": .number(row.deviationOrCorrelation), "lower": .number(row.lower),
      "upper": .number(row.upper),
    ]
    if let stratum = row.stratum { object["stratum"] = .text(stratum) }
    return .object(object)
  }

  private static func test(_ test: VarianceTest) -> JSONValue {
    .object([
      "name": .text(test.name), "statistic": .number(test.statistic),
      "reference": .text(test.reference.text), "p": .number(exp(test.logPValue)),
      "p_bootstrap": test.bootstrapPValue.map(JSONValue.number) ?? .null,
      "replicates": .integer(test.replicates),
    ])
  }

  private static func term(_ term: TermTest) -> JSONValue {
    .object([
      "term": .text(term.term), "statistic": .number(term.test.statistic),
      "df1": .number(term.test.numeratorDegreesOfFreedom),
      "df2": .number(term.test.denominatorDegreesOfFreedom), "p": .number(exp(term.logPValue)),
    ])
  }

  private static func centring(_ report: CentringReport) -> JSONValue {
    var object: [String: JSONValue] = [
      "group": .text(report.group), "slope": .text(report.slope),
      "zero_correlation_at": .number(report.vanishesAt),
    ]
    if let stratum = report.stratum { object["stratum"] = .text(stratum) }
    for item in report.correlations {
      object[item.place] = .object([
        "at": .number(item.value), "correlation": .number(item.correlation),
      ])
    }
    return .object(object)
  }

  private static func marginal(_ estimate: MarginalEstimate) -> JSONValue {
    var object = effect(estimate.effect)
    object["at"] = .object(
      Dictionary(estimate.labels.map { ($0.name, .text($0.value)) }) { first, _ in first })
    return .object(object)
  }

  private static func visit(_ visit: VisitSchedule.Visit) -> JSONValue {
    .object([
      "subject": .text(visit.subject), "time": .number(visit.time),
      "risk": .number(visit.risk), "status": .text(visit.status.rawValue),
    ])
  }
}
