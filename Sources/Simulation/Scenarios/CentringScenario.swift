import Distributions

/// Blood pressure of subjects between 40 and 60, whose levels and slopes are uncorrelated at 50: at
/// age 0, where an uncentred model has its intercept, they are strongly correlated.
struct CentringScenario {
  /// Years from a subject's first visit to its last.
  static let longestStudy = 20.0

  private static let ages = 40.0...60.0
  private static let terms = ["(Intercept)", "age"]
  private static let centre = 50.0
  /// Millimetres of mercury at the centre, per year.
  private static let level = 130.0
  private static let age = 0.6
  private static let subject = RandomPair(sdIntercept: 9, sdSlope: 0.5, correlation: 0)
  private static let sdResidual = 6.0

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .centring, formula: "systolic ~ age + (1 + age | subject)",
      fixed: [("(Intercept)", Self.level - Self.centre * Self.age), ("age", Self.age)])
    truth.append(Self.subject.moved(by: Self.centre), of: Self.terms, group: "subject")
    truth.append("sd_residual", Self.sdResidual)
    truth.append("uncorrelated_at", Self.centre)
    truth.append("sd((Intercept)|subject) at \(shortText(Self.centre))", Self.subject.sdIntercept)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(table: TextTable(["subject", "age", "systolic"]), truth: truth)
    let plan = VisitPlan(options)
    let first = options.times[0]
    let span = options.times[options.times.count - 1] - first
    let latestEntry = Self.ages.upperBound - span
    for (index, id) in numberedNames("s", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: index)
      let own = Self.subject.next(from: &numbers)
      data.append(
        effects: [own.intercept - Self.centre * own.slope, own.slope], of: Self.terms,
        group: "subject", level: id)
      let entry = Self.ages.lowerBound + (latestEntry - Self.ages.lowerBound) * numbers.uniform()
      for time in plan.times(of: index) {
        let age = rounded(entry + time - first, decimals: 1)
        let value =
          Self.level + own.intercept + (Self.age + own.slope) * (age - Self.centre)
          + Self.sdResidual * numbers.normal()
        data.table.append([id, fixedText(age, decimals: 1), fixedText(value, decimals: 1)])
      }
    }
    return data
  }
}
