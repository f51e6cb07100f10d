import Distributions

/// Patients of two arms, whose forced expiratory volume falls over the months, more slowly in one.
struct TrialScenario {
  /// How patients of an arm vary.
  private struct Arm {
    var effects: RandomPair
    var sdResidual: Double
  }

  /// One covariance for both arms.
  static let trial = TrialScenario(
    scenario: .trial,
    arms: [
      "control": Arm(
        effects: RandomPair(sdIntercept: 0.5, sdSlope: 0.008, correlation: 0.2), sdResidual: 0.12),
      "treated": Arm(
        effects: RandomPair(sdIntercept: 0.5, sdSlope: 0.008, correlation: 0.2), sdResidual: 0.12),
    ])

  /// The treated patients' slopes vary twice as much, their residuals half as much again.
  static let variances = TrialScenario(
    scenario: .trialVariances,
    arms: [
      "control": Arm(
        effects: RandomPair(sdIntercept: 0.5, sdSlope: 0.006, correlation: 0.2), sdResidual: 0.12),
      "treated": Arm(
        effects: RandomPair(sdIntercept: 0.5, sdSlope: 0.012, correlation: 0.2), sdResidual: 0.18),
    ])

  private static let terms = ["(Intercept)", "time"]
  /// Litres, per year of age and per month.
  private static let intercept = 3.9
  private static let age = -0.025
  private static let time = -0.01
  private static let treatedTime = 0.006

  private let scenario: Scenario
  private let arms: [String: Arm]

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      scenario, formula: "fev1 ~ time * arm + age + (1 + time | patient)",
      structures: scenario == .trial ? [] : [("group_covariance", "arm")],
      fixed: [
        ("(Intercept)", Self.intercept), ("time", Self.time), ("armtreated", 0),
        ("age", Self.age), ("time:armtreated", Self.treatedTime),
      ])
    let strata = arms.sorted { $0.key < $1.key }
    for (name, arm) in strata.prefix(scenario == .trial ? 1 : 2) {
      let stratum = scenario == .trial ? "" : "[\(name)]"
      truth.append(arm.effects, of: Self.terms, group: "patient", stratum: stratum)
      truth.append("sd_residual\(stratum)", arm.sdResidual)
    }
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["patient", "arm", "time", "age", "fev1"]), truth: truth)
    let plan = VisitPlan(options)
    var names = (0..<options.subjects).map { $0 % 2 == 0 ? "control" : "treated" }
    var assignment = RandomNumbers(seed: options.seed, .levels)
    assignment.shuffle(&names)
    for (subject, id) in numberedNames("p", count: options.subjects).enumerated() {
      guard let arm = arms[names[subject]] else { continue }
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: subject)
      let age = rounded(45 + 30 * numbers.uniform(), decimals: 1)
      let own = arm.effects.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "patient", level: id)
      let slope = Self.time + (names[subject] == "treated" ? Self.treatedTime : 0) + own.slope
      for time in plan.times(of: subject) {
        let mean = Self.intercept + Self.age * age + own.intercept + slope * time
        let value = mean + arm.sdResidual * numbers.normal()
        data.table.append([
          id, names[subject], shortText(time), fixedText(age, decimals: 1),
          fixedText(value, decimals: 3),
        ])
      }
    }
    return data
  }
}
