import FoundationEssentials
import Glibc
import Tables

/// A cross-lagged fit as one JSON object, and its table of coefficients.
package struct LagDocument {
  private let fit: LagFit

  package init(_ fit: LagFit) { self.fit = fit }

  /// UTF-8, with a line end.
  package func text() throws -> [UInt8] { try JSONValue.object(content).document() }

  /// `term estimate se df statistic p lower upper` of both equations; tests are normal.
  package func coefficients(digits: Int) -> TextBuffer {
    let format = NumberFormat(significantDigits: digits)
    var text = TextBuffer()
    text.append(literal: "term\testimate\tse\tdf\tstatistic\tp\tlower\tupper\n")
    for effect in fit.effects {
      text.append(CellText.quoted(effect.name))
      for value in [
        effect.estimate, effect.standardError, .infinity, effect.statistic, effect.pValue,
        effect.lower, effect.upper,
      ] { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }

  private var content: [String: JSONValue] {
    let pairs = fit.pairs
    let names = fit.rows.names
    let statement = LagStatement(fit)
    var dropped = pairs.droppedVisits.reduce(into: [String: JSONValue]()) {
      $0["visits \($1.key)"] = .integer($1.value)
    }
    dropped["gaps longer than the lag"] = .integer(pairs.droppedGaps)
    var lag: [String: JSONValue] = [
      "least": .number(pairs.gaps.least), "mean": .number(pairs.gaps.mean),
      "most": .number(pairs.gaps.most),
    ]
    switch pairs.rule {
    case .step(let step): lag["step"] = .number(step)
    case .within(let most): lag["max_gap"] = .number(most)
    }
    return [
      "x": .text(names.x), "y": .text(names.y), "subject": .text(names.subject),
      "time": .text(names.time), "covariates": .list(names.covariates.map(JSONValue.text)),
      "criterion": .text("ml"), "level": .number(fit.level), "deviance": .number(fit.deviance),
      "log_likelihood": .number(fit.logLikelihood), "aic": .number(fit.akaike),
      "bic": .number(fit.bayesian), "parameters": .integer(fit.parameterCount),
      "status": .text(fit.status.description), "largest_gradient": .number(fit.largestGradient),
      "n_observations": .integer(2 * pairs.pairs.count),
      "groups": .object([
        names.subject: .integer(Set(pairs.runs.map(\.subject)).count),
        "\(names.subject):run": .integer(pairs.runs.count),
      ]),
      "subjects": .integer(pairs.subjectCount),
      "subjects_without_pair": .integer(pairs.subjectsWithoutPair),
      "pairs_used": .integer(pairs.pairs.count), "pairs_dropped": .object(dropped),
      "lag": .object(lag),
      "fixed_effects": .list(fit.effects.map { Self.estimate($0, key: "term") }),
      "fixed_effects_covariance": .list(
        fit.effectCovariance.map { .list($0.map(JSONValue.number)) }),
      "paths": paths(fit.paths), "standardized_paths": paths(fit.standardizedPaths),
      "within_sd": .object([
        "x": .number(fit.withinDeviations.x), "y": .number(fit.withinDeviations.y),
      ]),
      "comparison": Self.estimate(fit.comparison, key: "name"),
      "random_intercepts": Self.pair(fit.intercepts), "residuals": Self.pair(fit.residuals),
      "spectral_radius": .number(fit.paths.spectralRadius),
      "conclusion": .text(LagConclusion(fit).rawValue),
      "statements": .object([
        "result": .text(statement.result), "may": .list(statement.may.map(JSONValue.text)),
        "may_not": .list(statement.mayNot.map(JSONValue.text)),
      ]),
      "warnings": .list(statement.warnings.map(JSONValue.text)),
      "timing": .object(["fit_cpu_seconds": .number(fit.cpuSeconds)]),
    ]
  }

  private func paths(_ paths: LagFit.Paths) -> JSONValue {
    .object([
      "x_to_x": Self.estimate(paths.xx, key: "name"),
      "y_to_x": Self.estimate(paths.yx, key: "name"),
      "x_to_y": Self.estimate(paths.xy, key: "name"),
      "y_to_y": Self.estimate(paths.yy, key: "name"),
    ])
  }

  private static func pair(_ pair: LagFit.Pair) -> JSONValue {
    .object([
      "sd_x": .number(pair.x), "sd_y": .number(pair.y), "correlation": .number(pair.correlation),
    ])
  }

  /// With the keys of a fit's effects; `df` is null, the test normal.
  private static func estimate(_ item: LagEstimate, key: String) -> JSONValue {
    .object([
      key: .text(item.name), "estimate": .number(item.estimate),
      "se": .number(item.standardError), "df": .null, "statistic": .number(item.statistic),
      "p": .number(item.pValue), "log10_p": .number(item.logPValue / log(10)),
      "lower": .number(item.lower), "upper": .number(item.upper),
    ])
  }
}
