import Distributions

/// Stress and mood day by day. On days of more stress than a subject's mean mood is worse, the
/// less so the more resilient the subject is; subjects of more stress are of worse mood, too.
struct CouplingScenario {
  private static let terms = ["(Intercept)", "within(stress)"]
  private static let intercept = 7.0
  private static let within = -0.9
  private static let resilience = 0.3
  private static let between = -0.4
  /// Per unit of stress and of resilience.
  private static let moderation = 0.2
  private static let subject = RandomPair(sdIntercept: 0.8, sdSlope: 0.2, correlation: -0.2)
  private static let sdResidual = 0.9

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .coupling,
      formula: "mood ~ within(stress) * resilience + between(stress) "
        + "+ (1 + within(stress) | subject)",
      fixed: [
        ("(Intercept)", Self.intercept), ("within(stress)", Self.within),
        ("resilience", Self.resilience), ("between(stress)", Self.between),
        ("within(stress):resilience", Self.moderation),
      ])
    truth.append(Self.subject, of: Self.terms, group: "subject")
    truth.append("sd_residual", Self.sdResidual)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["subject", "time", "resilience", "stress", "mood"]), truth: truth)
    let plan = VisitPlan(options)
    for (index, id) in numberedNames("s", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: index)
      let own = Self.subject.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "subject", level: id)
      let resilience = rounded(min(5, max(1, 3 + 0.7 * numbers.normal())), decimals: 1)
      let usual = 4 + 1.2 * numbers.normal()
      let times = plan.times(of: index)
      let stress = times.map { _ in
        rounded(min(10, max(0, usual + 1.5 * numbers.normal())), decimals: 1)
      }
      // The mean of the rows there are: what `within` and `between` find.
      let mean = stress.reduce(0, +) / Double(stress.count)
      let slope = Self.within + Self.moderation * resilience + own.slope
      for (time, level) in zip(times, stress) {
        let value =
          Self.intercept + own.intercept + Self.resilience * resilience + Self.between * mean
          + slope * (level - mean) + Self.sdResidual * numbers.normal()
        data.table.append([
          id, shortText(time), fixedText(resilience, decimals: 1), fixedText(level, decimals: 1),
          fixedText(value, decimals: 2),
        ])
      }
    }
    return data
  }
}
