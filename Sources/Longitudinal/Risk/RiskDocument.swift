import MixedModels

/// A risk model as one JSON object.
package struct RiskDocument {
  private let model: RiskModel

  package init(_ model: RiskModel) { self.model = model }

  /// UTF-8, with a line end.
  package func text() throws -> [UInt8] { try JSONValue.object(content).document() }

  private var content: [String: JSONValue] {
    let (fit, data, options) = (model.fit, model.data, model.options)
    let counts = data.counts
    return [
      "formula": .text(options.formula), "criterion": .text(options.model.criterion.rawValue),
      "status": .text(fit.status.description), "level": .number(options.model.level),
      "outcome": .text(options.outcome), "event": .text(data.levels.event),
      "covariates": options.covariates.map(JSONValue.text) ?? .null,
      "predictors": .list(options.predictors.map { .text($0.name) }),
      "second_stage": .text(options.secondStage.rawValue),
      "n_observations": .integer(fit.model.observationCount),
      "n_subjects": .integer(data.ids.count), "n_known": .integer(data.knownCount),
      "n_events": .integer(data.eventCount),
      "landmark": options.landmark.map(JSONValue.number) ?? .null,
      "left_out": .object([
        "rows_missing": .integer(data.trajectories.droppedCount),
        "rows_late": .integer(counts.lateRows),
        "without_outcome_row": Self.list(counts.withoutOutcomeRow),
        "without_trajectory": Self.list(counts.withoutTrajectory),
        "without_measurement": Self.list(counts.withoutMeasurement),
        "missing_covariates": Self.list(counts.missingCovariates),
        "event_before_landmark": Self.list(counts.eventBeforeLandmark),
      ]),
      "fixed_effects": .list(fit.fixedEffects.map { .object(FitDocument.effect($0)) }),
      "variance_components": .list(fit.varianceComponents.map(FitDocument.component)),
      "residual_sd": .number(fit.residualDeviation),
      "coefficients": .list(model.coefficients.map { Self.coefficient($0) }),
      "deviance": .number(model.deviance),
      "comparison": .object(
        Dictionary(
          model.comparisons.map { stage in
            (
              stage.name,
              .object([
                "n_subjects": .integer(stage.subjects), "deviance": .number(stage.deviance),
                "coefficients": .list(stage.coefficients.map { Self.coefficient($0) }),
              ])
            )
          }
        ) { first, _ in first }),
      "apparent": Self.performance(model.apparent),
      "cross_validated": model.validated.map(Self.performance) ?? .null,
      "folds": .integer(model.folds), "repeats": .integer(options.repeats),
      "calibration": .list(model.calibration.map(Self.group)),
      "bootstrap": .object([
        "replicates": .integer(model.bootstrap.requested),
        "used": .integer(model.bootstrap.used),
        "unbounded": .integer(model.bootstrap.unbounded),
        "failed": .object(
          Dictionary(model.bootstrap.failed.map { ($0.reason, .integer($0.count)) }) {
            first, _ in first
          }), "seed": .integer(Int(truncatingIfNeeded: options.seed)),
      ]),
      "warnings": .list(model.warnings.map(JSONValue.text)),
    ]
  }

  private static func list(_ ids: [String]) -> JSONValue { .list(ids.map(JSONValue.text)) }

  private static func coefficient(_ row: RiskCoefficient) -> JSONValue {
    .object([
      "term": .text(row.term), "estimate": .number(row.estimate),
      "se": .number(row.standardError), "statistic": .number(row.statistic),
      "p": .number(row.pValue), "lower": .number(row.lower), "upper": .number(row.upper),
      "odds_ratio": .number(row.oddsRatio.value),
      "odds_ratio_lower": .number(row.oddsRatio.lower),
      "odds_ratio_upper": .number(row.oddsRatio.upper),
    ])
  }

  private static func performance(_ value: RiskPerformance) -> JSONValue {
    .object([
      "n_subjects": .integer(value.subjects), "n_events": .integer(value.events),
      "auc": .number(value.auc.value), "auc_se": .number(value.auc.error),
      "auc_lower": .number(value.auc.lower), "auc_upper": .number(value.auc.upper),
      "brier": .number(value.brier), "scaled_brier": .number(value.scaledBrier),
      "calibration_intercept": .number(value.calibrationIntercept),
      "calibration_intercept_se": .number(value.calibrationInterceptError),
      "calibration_slope": .number(value.calibrationSlope),
      "calibration_slope_se": .number(value.calibrationSlopeError),
      "calibration_in_the_large": .number(value.calibrationInTheLarge),
    ])
  }

  private static func group(_ group: CalibrationGroup) -> JSONValue {
    .object([
      "n_subjects": .integer(group.subjects), "lowest": .number(group.lowest),
      "highest": .number(group.highest), "predicted": .number(group.predicted),
      "observed": .number(group.observed),
    ])
  }
}
