import Distributions
import Glibc

/// Resting pulse day by day: what one day has above a subject's line, the next has in part.
struct SerialScenario {
  /// Beats a minute, per day.
  private static let intercept = 68.0
  private static let time = -0.2
  private static let sdIntercept = 6.0
  private static let sdResidual = 4.0
  /// Correlation of residuals a day apart; ρ^|s − t| for days s and t.
  private static let correlation = 0.6

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .serial, formula: "pulse ~ time + (1 | subject)",
      structures: [("residual_variance", "ar1:time")],
      fixed: [("(Intercept)", Self.intercept), ("time", Self.time)])
    truth.append("sd((Intercept)|subject)", Self.sdIntercept)
    truth.append("sd_residual", Self.sdResidual)
    truth.append("ar1", Self.correlation)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(table: TextTable(["subject", "time", "pulse"]), truth: truth)
    let plan = VisitPlan(options)
    for (subject, id) in numberedNames("s", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: subject)
      let own = Self.sdIntercept * numbers.normal()
      data.append(effects: [own], of: ["(Intercept)"], group: "subject", level: id)
      var residual = 0.0
      var before = -Double.infinity
      for time in plan.times(of: subject) {
        // Nothing is carried over to the first day: ρ^∞ = 0.
        let carried = pow(Self.correlation, time - before)
        residual =
          carried * residual
          + Self.sdResidual * (1 - carried * carried).squareRoot() * numbers.normal()
        before = time
        let value = Self.intercept + own + Self.time * time + residual
        data.table.append([id, shortText(time), fixedText(value, decimals: 1)])
      }
    }
    return data
  }
}
