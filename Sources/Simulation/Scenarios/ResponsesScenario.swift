import Distributions
import Glibc

/// Right and wrong answers of subjects to items, each under one of two conditions: every subject sees half
/// of the items under either, every item is seen under either by half of the subjects.
struct ResponsesScenario {
  private static let terms = ["(Intercept)", "conditionhard"]
  /// Of the log odds of a right answer.
  private static let intercept = 0.8
  private static let hard = -0.7
  private static let subject = RandomPair(sdIntercept: 1, sdSlope: 0.6, correlation: -0.3)
  private static let sdItem = 0.7

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .responses, formula: "correct ~ condition + (1 + condition | subject) + (1 | item)",
      structures: [("family", "binomial")],
      fixed: [("(Intercept)", Self.intercept), ("conditionhard", Self.hard)])
    truth.append(Self.subject, of: Self.terms, group: "subject")
    truth.append("sd((Intercept)|item)", Self.sdItem)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["subject", "item", "condition", "correct"]), truth: truth)
    let plan = VisitPlan(options)
    let items = numberedNames("i", count: options.times.count, leastWidth: 2)
    var levels = RandomNumbers(seed: options.seed, .levels)
    let itemEffects = items.map { _ in Self.sdItem * levels.normal() }
    for (name, effect) in zip(items, itemEffects) {
      data.append(effects: [effect], of: ["(Intercept)"], group: "item", level: name)
    }
    for (index, id) in numberedNames("s", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: index)
      let own = Self.subject.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "subject", level: id)
      for item in plan.visits(of: index) {
        let isHard = (index + item) % 2 == 1
        let logOdds =
          Self.intercept + own.intercept + itemEffects[item] + (isHard ? Self.hard + own.slope : 0)
        let isRight = numbers.chance(1 / (1 + exp(-logOdds)))
        data.table.append([
          id, items[item], isHard ? "hard" : "easy", isRight ? "yes" : "no",
        ])
      }
    }
    return data
  }
}
