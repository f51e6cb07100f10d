import Distributions

/// Reaction times of thousands of trials of two conditions. Subjects differ in their effects and in how
/// many trials they did; the harder condition is slower and more variable, and more of its trials come late,
/// when practice has made everyone faster.
struct ReactionTimeScenario {
  /// Milliseconds, as all that follow.
  private static let intercept = 620.0
  private static let incongruent = 12.0
  /// Practice, per minute of a session.
  private static let minute = -0.6
  private static let subject = RandomPair(sdIntercept: 70, sdSlope: 18, correlation: 0.3)
  /// Of the congruent condition.
  private static let sdResidual = 110.0
  /// The incongruent condition's standard deviation over that.
  private static let ratio = 1.5
  private static let terms = ["(Intercept)", "conditionincongruent"]
  /// Minutes of a whole session, whatever the number of its trials.
  private static let session = 60.0
  /// The probability of an incongruent trial at a session's begin and end.
  private static let chances = (first: 0.2, last: 0.8)

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .reactionTimes, formula: "rt ~ condition + minute + (1 + condition | subject)",
      structures: [("residual_variance", "by:condition")],
      fixed: [
        ("(Intercept)", Self.intercept), ("conditionincongruent", Self.incongruent),
        ("minute", Self.minute),
      ])
    truth.append(Self.subject, of: Self.terms, group: "subject")
    truth.append("sd_residual", Self.sdResidual)
    truth.append("ratio:incongruent", Self.ratio)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["subject", "condition", "minute", "rt"]), truth: truth)
    let planned = 2 * options.trials
    for (index, id) in numberedNames("s", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: index)
      let own = Self.subject.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "subject", level: id)
      // Sessions end early, the more so the more trials are missing.
      let share = 1 - 2 * options.missing * numbers.uniform()
      let count = max(4, Int((share * Double(planned)).rounded()))
      for trial in 0..<count {
        let place = Double(trial) / Double(count)
        let chance = Self.chances.first + (Self.chances.last - Self.chances.first) * place
        // Both conditions have two trials whatever chance says.
        let isHard = trial < 4 ? trial % 2 == 1 : numbers.chance(chance)
        let minute = rounded(Self.session * Double(trial) / Double(planned), decimals: 2)
        let value =
          Self.intercept + own.intercept + (isHard ? Self.incongruent + own.slope : 0)
          + Self.minute * minute
          + Self.sdResidual * (isHard ? Self.ratio : 1) * numbers.normal()
        data.table.append([
          id, isHard ? "incongruent" : "congruent", fixedText(minute, decimals: 2),
          fixedText(value, decimals: 1),
        ])
      }
    }
    return data
  }
}
