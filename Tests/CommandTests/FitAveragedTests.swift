import Foundation
import Testing

/// `fit --compare-averaged`: which reasons it has, and that it has no others.
@Suite struct FitAveragedTests {
  static let slope = "y ~ condition + x + (1 + condition | subject)"
  static let balanced = "y ~ condition + (1 + condition | subject)"

  private func report(
    _ table: TrialTable, _ formula: String = slope, _ flags: [String] = []
  ) throws -> AveragedReport.Comparison {
    let folder = try ScratchFolder()
    try table.write(to: folder)
    return try #require(try AveragedReport(formula, flags, in: folder).averaged.first)
  }

  /// The closed form: with as many trials of each condition, averages lose nothing, whatever the
  /// residual SDs.
  @Test(arguments: [[], ["--residual-variance", "by:condition"]])
  func `a balanced design has the paired test's t and df and both agree`(
    _ flags: [String]
  ) throws {
    let folder = try ScratchFolder()
    try TrialTable(deviation: { $0 == 0 ? 2 : 3 }).write(to: folder)
    let report = try AveragedReport(Self.balanced, flags, in: folder)
    #expect(report.status == "ok")
    let found = try #require(report.averaged.first)
    // The optimiser stops within 1e-7 of the deviance: variances are known to a few 1e-5.
    #expect(abs(found.difference) < 1e-9)
    expectNear(found.mixed.se, found.paired.se, relative: 1e-4, "SE")
    expectNear(found.mixed.statistic, found.paired.statistic, relative: 1e-4, "t")
    expectNear(found.mixed.df, 15, relative: 1e-3, "df")
    #expect(found.paired.df == 15)
    expectNear(
      found.betweenVariance[0] + found.noiseVariance[0], found.differenceVariance, relative: 1e-4,
      "variance of a difference")
    expectNear(found.modelSe, found.paired.se, relative: 1e-4, "SE by the model")
    #expect(found.equalWeightSeRatio == 1)
    #expect(found.agree && found.reasons.isEmpty)
    let text = try Command.slopeqtl(
      ["fit", "trials.tsv", "--formula", Self.balanced, "--compare-averaged"] + flags, in: folder)
    #expect(text.output.contains("Both agree: every subject has 12 trials of each condition"))
    #expect(!text.output.contains("Why they differ"))
  }

  @Test func `unequal numbers of trials give subjects unequal weights`() throws {
    let table = TrialTable(count: { subject, place in 4 + 30 * (subject % 4) + 8 * place })
    let found = try report(table, Self.slope)
    #expect(!found.agree)
    #expect(found.kinds.contains("weights") && found.kinds.contains("noise"))
    #expect(found.trials == [4, 102])
    #expect(found.weights[0] < 0.9 && found.weights[1] > 1.1)
    #expect(found.equalWeightSeRatio > 1)
    #expect(found.noiseShare[0] < 0.2 && found.noiseShare[1] > 0.3)
    // σ²/n of both cells: the largest noise over the smallest is that of the cells.
    expectNear(
      found.noiseVariance[1] / found.noiseVariance[0],
      (1 / 4.0 + 1 / 12.0) / (1 / 94.0 + 1 / 102.0),
      relative: 1e-9, "noise")
  }

  @Test func `a covariate whose mean differs between conditions is named with its share`() throws {
    let table = TrialTable(covariate: { place, trial in Double(trial % 4 + 2 * place) })
    let found = try report(table)
    let share = try #require(found.contributions.first { $0.term == "x" })
    #expect(abs(try #require(share.meanDifference) - 2) < 1e-12)
    expectNear(share.value, 2 * (share.coefficient ?? .nan), relative: 1e-12, "share of x")
    // Everything else is balanced: that is all of the difference.
    expectNear(found.difference, share.value, relative: 1e-9, "difference")
    #expect(found.kinds.contains("covariate"))
    #expect(!found.kinds.contains("weights"))
    #expect(try !report(TrialTable()).kinds.contains("covariate"))
  }

  @Test func `shares of covariates and weights add up to the difference`() throws {
    let table = TrialTable(
      count: { subject, place in 5 + subject + 4 * place },
      covariate: { place, trial in Double(trial % 5 + place) }, itemDeviation: 1.5)
    let found = try report(
      table, "y ~ condition * x + (1 + condition | subject) + (1 | item)")
    let sum = found.contributions.reduce(found.weighting) { $0 + $1.value }
    #expect(abs(sum - found.difference) < 1e-9)
    #expect(found.contributions.contains { $0.term == "item" && abs($0.value) > 1e-6 })
    #expect(found.heldAt["x"] != nil)
  }

  @Test func `residual SDs that differ are reported and a model with one is told of by`() throws {
    let table = TrialTable(
      count: { subject, place in 6 + 3 * subject + 20 * place },
      deviation: { $0 == 0 ? 2 : 5 })
    let one = try report(table)
    let text = try #require(one.reasons.first { $0.kind == "residual_sd" }?.text)
    #expect(text.contains("--residual-variance by:condition"))
    let two = try report(table, Self.slope, ["--residual-variance", "by:condition"])
    let own = try #require(two.reasons.first { $0.kind == "residual_sd" }?.text)
    #expect(!own.contains("--residual-variance"))
    expectNear(two.residualSds[0], 5, relative: 0.1, "SD of b")
    expectNear(two.residualSds[1], 2, relative: 0.1, "SD of a")
    let equal = TrialTable(count: table.count)
    #expect(try !report(equal).kinds.contains("residual_sd"))
  }

  @Test func `subjects with one condition alone are counted`() throws {
    let table = TrialTable(count: { subject, place in subject < 3 && place == 1 ? 0 : 12 })
    let found = try report(table)
    #expect(found.nSubjects == 13 && found.nSubjectsDropped == 3 && found.nTrialsDropped == 36)
    #expect(found.paired.df == 12)
    #expect(found.kinds.contains("dropped"))
    #expect(try !report(TrialTable()).kinds.contains("dropped"))
  }

  @Test func `a model without a random slope is warned of`() throws {
    let found = try report(TrialTable(slopeDeviation: 6), "y ~ condition + x + (1 | subject)")
    #expect(found.kinds.contains("no_random_slope"))
    #expect(found.mixed.se < 0.6 * found.paired.se)
    #expect(try !report(TrialTable(slopeDeviation: 6)).kinds.contains("no_random_slope"))
    // An intercept per subject and condition is a random slope, too.
    let cells = try report(
      TrialTable(slopeDeviation: 6), "y ~ condition + x + (1 | subject) + (1 | subject:condition)")
    #expect(!cells.kinds.contains("no_random_slope") && cells.subject == "subject")
    expectNear(cells.mixed.se, cells.paired.se, relative: 0.05, "SE")
  }

  /// Every condition has items of its own: subjects meet the same few (Clark 1973).
  @Test func `items within conditions are shared by subjects and crossed ones cancel`() throws {
    let formula = "y ~ condition + (1 + condition | subject) + (1 | item)"
    let nested = TrialTable(
      count: { _, _ in 24 }, item: { place, trial in 8 * place + trial % 8 }, itemDeviation: 3)
    let found = try report(nested, formula)
    #expect(found.kinds.contains("shared_levels"))
    #expect(found.mixed.se > 1.3 * found.paired.se)
    // By hand: 16 items, each with weight 1/8 in its condition's mean.
    let variance = try #require(found.sharedVariances["item"])
    #expect(variance > 0.3)
    let folder = try ScratchFolder()
    try nested.write(to: folder)
    let fit = try AveragedReport(formula, in: folder)
    let item = try #require(fit.varianceComponents.first { $0.group == "item" })
    expectNear(variance, item.covariance * 16 / 64, relative: 1e-9, "items' variance")
    let crossed = TrialTable(count: { _, _ in 24 }, item: { $1 % 8 }, itemDeviation: 3)
    #expect(try !report(crossed, formula).kinds.contains("shared_levels"))
  }

  @Test func `every further level is compared with the reference`() throws {
    let folder = try ScratchFolder()
    try TrialTable(conditions: ["a", "b", "c"]).write(to: folder)
    let all = try AveragedReport(
      Self.balanced, ["--reference", "condition=b"], in: folder
    ).averaged
    #expect(all.map(\.level) == ["a", "c"] && all.allSatisfy { $0.reference == "b" })
    #expect(all.allSatisfy { abs($0.difference) < 1e-9 })
  }

  @Test func `a number of two values is a condition`() throws {
    let texts = try report(TrialTable())
    let numbers = try report(TrialTable(label: { $0 == "a" ? "-0.5" : "0.5" }))
    #expect(numbers.level == "0.5" && numbers.reference == "-0.5")
    expectNear(numbers.mixed.estimate, texts.mixed.estimate, relative: 1e-5, "estimate")
    #expect(abs(numbers.paired.estimate - texts.paired.estimate) < 1e-12)
  }
}
