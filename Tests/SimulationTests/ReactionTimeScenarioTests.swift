import Simulation
import Testing

/// Trial-by-trial data have the parameters that their truth states.
@Suite struct ReactionTimeScenarioTests {
  @Test func `conditions differ in mean and residual, subjects in effects and numbers`() throws {
    let files = try ScenarioFiles(.reactionTimes, subjects: 200) { $0.trials = 60 }
    files.expectEffects("subject", ["(Intercept)", "conditionincongruent"])
    var residuals: [String: [Double]] = [:]
    var counts: [String: Int] = [:]
    for row in files.rows {
      let subject = row["subject", default: ""]
      let isHard = row["condition"] == "incongruent"
      let mean =
        files.parameter("(Intercept)")
        + (isHard ? files.parameter("conditionincongruent") : 0)
        + files.parameter("minute") * ScenarioFiles.number(row, "minute")
        + files.random("subject", subject, "conditionincongruent", isHard ? 1 : 0)
      residuals[row["condition", default: ""], default: []].append(
        ScenarioFiles.number(row, "rt") - mean)
      counts[subject, default: 0] += 1
    }
    let sd = files.parameter("sd_residual")
    Moments(residuals["congruent", default: []]).expect(mean: 0, sd: sd, "congruent")
    Moments(residuals["incongruent", default: []]).expect(
      mean: 0, sd: sd * files.parameter("ratio:incongruent"), "incongruent")
    // Sessions of 0.2 to 1 of 120 trials.
    #expect(counts.values.allSatisfy { (24...120).contains($0) })
    #expect((counts.values.min() ?? 0) < 40 && (counts.values.max() ?? 0) > 100)
  }

  @Test func `hard trials come later and every subject has both conditions`() throws {
    let files = try ScenarioFiles(.reactionTimes, subjects: 30) { $0.trials = 200 }
    for rows in Dictionary(grouping: files.rows, by: { $0["subject", default: ""] }).values {
      let minutes = Dictionary(grouping: rows) { $0["condition", default: ""] }.mapValues { rows in
        rows.reduce(0) { $0 + ScenarioFiles.number($1, "minute") } / Double(rows.count)
      }
      #expect(minutes.count == 2)
      // A fifth of a session between both means, less than 0.04 of one by chance (four SDs).
      let length = rows.reduce(0) { max($0, ScenarioFiles.number($1, "minute")) }
      let shift = (minutes["incongruent"] ?? .nan) - (minutes["congruent"] ?? .nan)
      #expect(shift > 0.04 * length && shift < 0.36 * length)
    }
  }

  @Test func `nothing is missing where nothing is to be`() throws {
    let files = try ScenarioFiles(.reactionTimes, subjects: 6) {
      $0.trials = 10
      $0.missing = 0
    }
    #expect(files.rows.count == 6 * 20)
  }

  @Test func `numbers of trials out of range are refused by their option's name`() {
    let cases: [(String, (inout ScenarioOptions) -> Void)] = [
      ("trials", { $0.trials = 9 }), ("trials", { $0.trials = 100_001 }),
      ("missing", { $0.missing = 0.46 }), ("missing", { $0.missing = .nan }),
      ("donors", { $0.subjects = 5 }),
    ]
    for (name, change) in cases {
      var options = ScenarioOptions(.reactionTimes)
      change(&options)
      let error = #expect(throws: SimulationOptionError.self) { try options.validate() }
      #expect(error?.option == name)
    }
  }
}
