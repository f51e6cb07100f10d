import BlockGzip
import MixedModels

/// A risk model as text for people.
package struct RiskSummary {
  private let model: RiskModel

  package init(_ model: RiskModel) { self.model = model }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    let options = model.options
    var lines = header
    lines += ["", "Log odds of '\(options.outcome)' = \(model.data.levels.event):"]
    lines += coefficients
    let percent = CompactNumber.text(100 * options.model.level)
    lines.append(
      model.bootstrap.used > 1
        ? "SE and \(percent) % intervals of \(model.bootstrap.used) subject bootstraps of both stages"
        : "SE and \(percent) % intervals of the second stage alone")
    lines += comparisons
    lines += ["", "Performance:"] + performance
    lines += calibration
    return lines
  }

  private var header: [String] {
    let (data, options) = (model.data, model.options)
    let stage = options.secondStage == .integrated ? "integrated over" : "at the mean of"
    var lines = [
      "Risk model: logistic regression, \(stage) what each \(data.subject)'s measurements say",
      "Trajectories: \(options.formula)",
      "        Data: \(data.trajectories.table.path), \(model.fit.model.observationCount) "
        + "measurements of \(data.ids.count)",
      "    Outcomes: \(options.outcomes), \(model.data.eventCount) events among "
        + "\(data.knownCount)",
    ]
    if data.counts.unknownOutcome > 0 {
      lines.append("     Unknown: \(data.counts.unknownOutcome) outcomes, predicted only")
    }
    if let landmark = options.landmark {
      lines.append(
        "    Landmark: \(CompactNumber.text(landmark)), \(data.counts.lateRows) later measurements "
          + "left out")
    }
    lines += data.counts.leftOut.map { "    Left out: \($0)" }
    return lines
  }

  private var coefficients: [String] {
    var columns = TextColumns([.left, .right, .right, .right, .right, .right, .right, .right])
    columns.append(["", "Estimate", "SE", "lower", "upper", "odds ratio", "z", "p"])
    let rows = model.coefficients
    let shown = CompactNumber.coefficients(
      [rows.map(\.estimate), rows.map(\.standardError), rows.map(\.lower), rows.map(\.upper)])
    for (place, row) in rows.enumerated() {
      columns.append([
        row.term, shown[0][place], shown[1][place], shown[2][place], shown[3][place],
        CompactNumber.text(row.oddsRatio.value), CompactNumber.text(row.statistic, digits: 3),
        CompactNumber.pValue(logarithm: row.logPValue),
      ])
    }
    return columns.lines
  }

  private var comparisons: [String] {
    let others = model.comparisons.filter { $0.name != model.options.secondStage.rawValue }
    guard !others.isEmpty else { return [] }
    let rows = model.coefficients
    let names = [
      "integrated": "integrated over predictors", "plugin": "predictors at their means",
      "own": "own least squares",
    ]
    var columns = TextColumns([.left, .right] + rows.map { _ in .right })
    columns.append(["", "n"] + rows.map(\.term))
    for other in others {
      columns.append(
        [names[other.name, default: other.name], "\(other.subjects)"]
          + other.coefficients.map { CompactNumber.text($0.estimate) })
    }
    return ["", "For comparison:"] + columns.lines
  }

  private var performance: [String] {
    var columns = TextColumns([.left, .right, .left, .right, .right, .right, .right, .right])
    columns.append(
      ["", "AUC", "", "Brier", "scaled", "cal. intercept", "cal. slope", "in the large"])
    func add(_ name: String, _ value: RiskPerformance) {
      let interval =
        "(\(CompactNumber.fixed(value.auc.lower, decimals: 3))–"
        + "\(CompactNumber.fixed(value.auc.upper, decimals: 3)))"
      columns.append(
        [name, CompactNumber.fixed(value.auc.value, decimals: 3), interval]
          + [
            value.brier, value.scaledBrier, value.calibrationIntercept, value.calibrationSlope,
            value.calibrationInTheLarge,
          ].map { CompactNumber.fixed($0, decimals: 3) })
    }
    add("apparent", model.apparent)
    if let validated = model.validated {
      let times = model.options.repeats > 1 ? " × \(model.options.repeats)" : ""
      add("\(model.folds)-fold\(times)", validated)
    }
    return columns.lines
  }

  private var calibration: [String] {
    guard !model.calibration.isEmpty else { return [] }
    let kind = model.validated == nil ? "apparent" : "cross-validated"
    var columns = TextColumns([.right, .right, .right, .right, .right])
    columns.append(["risk from", "to", "n", "expected", "observed"])
    for group in model.calibration {
      let numbers = [group.lowest, group.highest].map { CompactNumber.fixed($0, decimals: 3) }
      columns.append(
        numbers + ["\(group.subjects)"]
          + [group.predicted, group.observed].map { CompactNumber.fixed($0, decimals: 3) })
    }
    return ["", "Groups by \(kind) risk:"] + columns.lines
  }
}

extension RiskData.Counts {
  /// Subjects left out, by reason.
  package var leftOut: [String] {
    [
      ("without an outcome row", withoutOutcomeRow), ("without measurements", withoutTrajectory),
      ("without a complete measurement in time", withoutMeasurement),
      ("with missing covariates", missingCovariates),
      ("with the event by the landmark", eventBeforeLandmark),
    ].filter { !$0.1.isEmpty }.map { "\($0.0): \(InputError.list($0.1))" }
  }
}
