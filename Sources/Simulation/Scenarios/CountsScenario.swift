import Distributions
import Glibc

/// Flares of a disease, counted from visit to visit by patients of two arms. Months between visits
/// differ; rates fall over the years, faster in one arm. Counts may vary more than a Poisson distribution
/// has them.
struct CountsScenario {
  /// Years at which rates are still numbers that can be drawn.
  static let longestTime = 20.0
  /// The largest `--dispersion`.
  static let largestDispersion = 2.0

  private static let terms = ["(Intercept)", "time"]
  /// Of the logarithm of flares a month, per year.
  private static let intercept = -0.2
  private static let time = -0.05
  private static let treatedTime = -0.15
  private static let patient = RandomPair(sdIntercept: 0.6, sdSlope: 0.12, correlation: -0.2)
  /// Months between visits.
  private static let exposures = 1...6

  private func truth(_ dispersion: Double) -> ScenarioTruth {
    let model = "flares ~ time * arm + (1 + time | patient)"
    var truth = ScenarioTruth(
      .counts, formula: dispersion > 0 ? model + " + (1 | row)" : model,
      structures: [("family", "poisson"), ("offset", "log_months")],
      fixed: [
        ("(Intercept)", Self.intercept), ("time", Self.time), ("armtreated", 0),
        ("time:armtreated", Self.treatedTime),
      ])
    truth.append(Self.patient, of: Self.terms, group: "patient")
    if dispersion > 0 { truth.append("sd((Intercept)|row)", dispersion) }
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["row", "patient", "arm", "time", "months", "log_months", "flares"]),
      truth: truth(options.dispersion))
    let plan = VisitPlan(options)
    var arms = (0..<options.subjects).map { $0 % 2 == 0 ? "control" : "treated" }
    var assignment = RandomNumbers(seed: options.seed, .levels)
    assignment.shuffle(&arms)
    let visits = options.subjects * options.times.count
    var rows = numberedNames("r", count: visits).makeIterator()
    for (subject, id) in numberedNames("p", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: subject)
      let own = Self.patient.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "patient", level: id)
      let slope = Self.time + (arms[subject] == "treated" ? Self.treatedTime : 0) + own.slope
      for time in plan.times(of: subject) {
        let months = Self.exposures.lowerBound + numbers.integer(below: Self.exposures.count)
        let offset = rounded(log(Double(months)), decimals: 6)
        let extra = numbers.normal() * options.dispersion
        let count = numbers.poisson(
          mean: exp(offset + Self.intercept + own.intercept + slope * time + extra))
        let row = rows.next() ?? ""
        if options.dispersion > 0 {
          data.append(effects: [extra], of: ["(Intercept)"], group: "row", level: row)
        }
        data.table.append([
          row, id, arms[subject], shortText(time), "\(months)", fixedText(offset, decimals: 6),
          "\(count)",
        ])
      }
    }
    return data
  }
}
