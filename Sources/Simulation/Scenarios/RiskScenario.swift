import Distributions
import Glibc

/// A marker that rises in some patients faster than in others, measured a few times, and an event
/// later on whose odds follow the true slope and the age.
struct RiskScenario {
  private static let terms = ["(Intercept)", "time"]
  /// Units of the marker, per year.
  private static let intercept = 4.0
  private static let time = 0.5
  private static let patient = RandomPair(sdIntercept: 0.9, sdSlope: 0.5, correlation: 0.3)
  private static let sdResidual = 0.6
  /// Log odds: at slope and age 0, per unit of the slope, per year of age.
  private static let outcome = (intercept: -4.4, slope: 2.4, age: 0.04)

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .risk, formula: "marker ~ time + (1 + time | patient)",
      fixed: [("(Intercept)", Self.intercept), ("time", Self.time)])
    truth.append(Self.patient, of: Self.terms, group: "patient")
    truth.append("sd_residual", Self.sdResidual)
    truth.append("outcome:(Intercept)", Self.outcome.intercept)
    truth.append("outcome:age", Self.outcome.age)
    truth.append("outcome:slope", Self.outcome.slope)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(table: TextTable(["patient", "time", "marker"]), truth: truth)
    var outcomes = TextTable(["patient", "age", "event"])
    let plan = VisitPlan(options)
    for (subject, id) in numberedNames("p", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: subject)
      let age = rounded(45 + 30 * numbers.uniform(), decimals: 1)
      let own = Self.patient.next(from: &numbers)
      let slope = Self.time + own.slope
      let logOdds = Self.outcome.intercept + Self.outcome.slope * slope + Self.outcome.age * age
      let event = numbers.chance(1 / (1 + exp(-logOdds)))
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "patient", level: id)
      outcomes.append([id, fixedText(age, decimals: 1), event ? "1" : "0"])
      for time in plan.times(of: subject) {
        let value =
          Self.intercept + own.intercept + slope * time + Self.sdResidual * numbers.normal()
        data.table.append([id, shortText(time), fixedText(value, decimals: 3)])
      }
    }
    data.others = [(".outcomes.tsv", outcomes)]
    return data
  }
}
