import Distributions

/// Sleep and pain day by day: after a worse night there is more pain, and pain does not change the next
/// night; subjects who sleep worse have more pain, too.
struct CrossLagScenario {
  /// What a subject's deviation of today takes from those of the day before.
  private static let sleepOfSleep = 0.4
  private static let sleepOfPain = 0.0
  private static let painOfSleep = -0.3
  private static let painOfPain = 0.3
  /// Means over subjects and days, and SDs of the subjects' means.
  private static let means = (sleep: 6.0, pain: 4.0)
  private static let subjects = RandomPair(sdIntercept: 1, sdSlope: 1.2, correlation: -0.5)
  /// What is new in a day.
  private static let residuals = RandomPair(sdIntercept: 1, sdSlope: 1.1, correlation: -0.3)
  /// Visits before the first, after which where a subject began has no weight (0.4³⁰).
  private static let warmUp = 30

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .crossLag,
      formula: "sleep ~ lag(sleep) + lag(pain) + (1 | subject); "
        + "pain ~ lag(sleep) + lag(pain) + (1 | subject)",
      fixed: [
        ("sleep -> sleep", Self.sleepOfSleep), ("pain -> sleep", Self.sleepOfPain),
        ("sleep -> pain", Self.painOfSleep), ("pain -> pain", Self.painOfPain),
        ("mean(sleep)", Self.means.sleep), ("mean(pain)", Self.means.pain),
      ])
    truth.append("sd(mean(sleep)|subject)", Self.subjects.sdIntercept)
    truth.append("sd(mean(pain)|subject)", Self.subjects.sdSlope)
    truth.append("cor(mean(sleep),mean(pain)|subject)", Self.subjects.correlation)
    truth.append("sd_residual[sleep]", Self.residuals.sdIntercept)
    truth.append("sd_residual[pain]", Self.residuals.sdSlope)
    truth.append("cor_residual", Self.residuals.correlation)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(table: TextTable(["subject", "time", "sleep", "pain"]), truth: truth)
    let plan = VisitPlan(options)
    for (index, id) in numberedNames("s", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: index)
      let own = Self.subjects.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: ["mean(sleep)", "mean(pain)"], group: "subject",
        level: id)
      var (sleep, pain) = (0.0, 0.0)
      func step() {
        let new = Self.residuals.next(from: &numbers)
        (sleep, pain) = (
          Self.sleepOfSleep * sleep + Self.sleepOfPain * pain + new.intercept,
          Self.painOfSleep * sleep + Self.painOfPain * pain + new.slope
        )
      }
      for _ in 0..<Self.warmUp { step() }
      let present = Set(plan.times(of: index))
      // A planned visit is a step, also where it is missed.
      for time in options.times {
        step()
        guard present.contains(time) else { continue }
        data.table.append([
          id, shortText(time), fixedText(Self.means.sleep + own.intercept + sleep, decimals: 2),
          fixedText(Self.means.pain + own.slope + pain, decimals: 2),
        ])
      }
    }
    return data
  }
}
