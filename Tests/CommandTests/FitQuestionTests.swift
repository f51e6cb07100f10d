import Foundation
import Testing

/// What `fit` answers of one model against lme4, lmerTest, pbkrtest, emmeans and nlme
/// (`reference/predictions/questions.R`).
@Suite struct FitQuestionTests {
  static let formula = "fev1 ~ time * arm + site + age + (1 + time | patient)"

  private func reference() throws -> FitAnswers {
    try FitReport.decoder.decode(
      FitAnswers.self,
      from: Data(contentsOf: FitOracle.folder.appendingPathComponent("questions.json")))
  }

  /// theta is uncertain by about 1e-6 in lme4's fits, standard errors follow it; degrees of freedom
  /// are numerical derivatives in lmerTest, which the issue holds to 1e-3.
  private func expect(
    _ found: [OracleReport.Effect]?, _ wanted: [FitAnswers.Effect], _ what: String
  ) {
    #expect(found?.count == wanted.count, "\(what)")
    for (index, (effect, number)) in zip(found ?? [], wanted).enumerated() {
      let name = "\(what) \(index + 1)"
      #expect(abs(effect.estimate - number.estimate) <= 1e-5 * number.se, "\(name)")
      expectNear(effect.se, number.se, relative: 1e-5, "se of \(name)")
      expectNear(effect.df, number.df, relative: 2e-4, "df of \(name)")
    }
  }

  @Test(arguments: ["satterthwaite", "kenward-roger"])
  func `means, slopes and contrasts are those of emmeans`(_ df: String) throws {
    let all = try reference()
    let wanted = df == "satterthwaite" ? all.satterthwaite : all.kenwardRoger
    let folder = try ScratchFolder()
    let report = try OracleReport(
      "trial.tsv",
      [
        "--formula", Self.formula, "--df", df, "--means", "arm at time = 0, 12", "--means", "site",
        "--slopes", "time by arm", "--contrast", "armtreated + 12 * time:armtreated", "--anova",
      ], in: folder)
    expect(report.marginalMeans, wanted.means + wanted.siteMeans, "mean")
    expect(
      report.meanDifferences, wanted.meanDifferences + wanted.siteDifferences,
      "difference of means")
    expect(report.slopes, wanted.slopes, "slope")
    expect(report.slopeDifferences, wanted.slopeDifferences, "difference of slopes")
    expect(report.contrasts, wanted.contrast, "contrast")
    let tests = try #require(report.anova)
    #expect(tests.map(\.term) == wanted.anova.map(\.term))
    for (test, number) in zip(tests, wanted.anova) {
      // Four effects of one column: twice the relative error of a standard error.
      expectNear(test.statistic, number.statistic, relative: 1e-4, "F of \(test.term)")
      #expect(test.df1 == number.df1)
      expectNear(test.df2, number.df2, relative: 2e-4, "df of \(test.term)")
      expectNear(test.p, number.p, relative: 2e-4, "p of \(test.term)")
    }
  }

  @Test(arguments: ["satterthwaite", "kenward-roger"])
  func `a slope that depends on a number has its value at each`(_ df: String) throws {
    let all = try reference()
    let wanted = df == "satterthwaite" ? all.satterthwaite : all.kenwardRoger
    let folder = try ScratchFolder()
    let report = try OracleReport(
      "trial.tsv",
      [
        "--formula", "fev1 ~ time * age + arm + (1 + time | patient)", "--df", df, "--slopes",
        "time at age = 50, 70",
      ], in: folder)
    expect(report.slopes, wanted.slopesAtAges, "slope")
  }

  @Test func `a contrast is tested against the number that it is compared with`() throws {
    let folder = try ScratchFolder()
    let report = try OracleReport(
      "trial.tsv",
      [
        "--formula", Self.formula, "--contrast", "armtreated", "--contrast", "2 * armtreated = 0.5",
        "--contrast", "5e-1 = armtreated",
      ], in: folder)
    let effects = try #require(report.contrasts)
    let plain = effects[0]
    #expect(abs(effects[1].estimate - (2 * plain.estimate - 0.5)) < 1e-14)
    expectNear(effects[1].se, 2 * plain.se, relative: 1e-14, "twice the effect")
    #expect(abs(effects[2].estimate - (0.5 - plain.estimate)) < 1e-14)
    expectNear(effects[2].se, plain.se, relative: 1e-14, "the effect's negative")
  }

  @Test(arguments: ["reml", "ml"])
  func `information criteria are those of lme4`(_ criterion: String) throws {
    let wanted = try #require(try reference().likelihood[criterion])
    let folder = try ScratchFolder()
    let report = try OracleReport(
      "trial.tsv", ["--formula", Self.formula, "--criterion", criterion], in: folder)
    // Deviances are flat at the optimum: theta's error of 1e-6 moves them by less than 1e-9.
    #expect(abs(report.deviance - wanted.deviance) < 1e-6)
    #expect(abs(report.aic - wanted.aic) < 1e-6)
    #expect(abs(report.bic - wanted.bic) < 1e-6)
    #expect(report.parameters == wanted.parameters)
  }

  @Test func `random effects are tested as ranova does, at half the tail of both`() throws {
    let reference = try reference()
    let folder = try ScratchFolder()
    for (model, criterion, name, freedom) in [
      (Self.formula, "reml", "slope", 1.0), (Self.formula, "ml", "slope_ml", 1.0),
      ("fev1 ~ time * arm + (1 | patient)", "reml", "intercept", 0),
    ] {
      let wanted = try #require(reference.varianceTests[name]).statistic
      let report = try OracleReport(
        "trial.tsv", ["--formula", model, "--criterion", criterion, "--variance-tests"],
        in: folder)
      let test = try #require(report.tests.first)
      #expect(report.tests.count == 1)
      #expect(abs(test.statistic - wanted) < 1e-6, "\(name)")
      // χ² tails of one and two degrees of freedom in closed form; that of 0 is 0.
      let one = erfc((wanted / 2).squareRoot())
      let tail = freedom == 0 ? 0.5 * one : 0.5 * one + 0.5 * exp(-wanted / 2)
      expectNear(test.p, tail, relative: 1e-5, "p of \(name)")
    }
  }

  @Test func `slopes that vary equally in both arms are tested by the constrained optimum`() throws
  {
    let oracle = try #require(FitOracle.all.first { $0.name == "arms" })
    let wanted = try #require(oracle.equalSlopes)
    let folder = try ScratchFolder()
    let report = try OracleReport(oracle.data, oracle.flags, in: folder)
    let test = try #require(report.tests.first)
    // The constraint is met to 1e-9 of the residual variance.
    #expect(abs(test.statistic - wanted) < 1e-6)
    #expect(test.reference == "chi-squared(1)")
    expectNear(test.p, erfc((wanted / 2).squareRoot()), relative: 1e-5, "p")
  }

  @Test func `residuals that grow with fitted values are those of nlme`() throws {
    let wanted = try reference().powerOfFitted
    let folder = try ScratchFolder()
    let report = try OracleReport(
      "glucose.tsv",
      [
        "--formula", "glucose ~ time + device + (1 + time | patient)", "--residual-variance",
        "power:fitted",
      ], in: folder)
    // Both iterate until fitted values stay the same; nlme's optimum is known to 1e-5 or so.
    #expect(abs(report.deviance - wanted.deviance) < 1e-4)
    #expect(abs((report.residualVariance["power"] ?? .nan) - wanted.power) < 1e-3)
    expectNear(report.residualSd, wanted.sigma, relative: 2e-3, "residual SD")
    for (effect, estimate) in zip(report.fixedEffects, wanted.fixed) {
      #expect(abs(effect.estimate - estimate) < 1e-4 * effect.se, "\(effect.term)")
    }
  }

  @Test func `intervals of variance parameters are those of nlme`() throws {
    let reference = try reference()
    for (name, model) in [("trial", "trial"), ("glucose", "device_exp")] {
      let wanted = try #require(reference.nlme[name])
      let oracle = try #require(FitOracle.all.first { $0.name == model })
      let folder = try ScratchFolder()
      let report = try OracleReport(oracle.data, oracle.flags, in: folder)
      let found = report.varianceComponents
      #expect(found.count == wanted.random.count)
      // nlme's Hessian is made of differences of the likelihood, which moves limits by up to 0.3 % of
      // an interval's width; the full covariance matrix has them exactly (FitPredictionTests).
      for (row, number) in zip(found, wanted.random) {
        let limit = 3e-3 * (number.upper - number.lower)
        #expect(abs(row.sdOrCorrelation - number.estimate) < limit, "\(number.name)")
        #expect(abs((row.lower ?? .nan) - number.lower) < limit, "\(number.name)")
        #expect(abs((row.upper ?? .nan) - number.upper) < limit, "\(number.name)")
      }
      guard let residual = wanted.residual else {
        let limit = 1e-3 * (wanted.sigma[2] - wanted.sigma[0])
        #expect(abs((report.residualSdLower ?? .nan) - wanted.sigma[0]) < limit)
        #expect(abs((report.residualSdUpper ?? .nan) - wanted.sigma[2]) < limit)
        continue
      }
      // Its reference is the device that comes first, B: the ratio of A to B and back.
      let ratio = try #require(report.residualVarianceIntervals["ratio:B"])
      #expect(abs(1 / ratio[1] - residual[0].lower) < 1e-3)
      #expect(abs(1 / ratio[0] - residual[0].upper) < 1e-3)
      let growth = try #require(report.residualVarianceIntervals["exp"])
      #expect(abs(growth[0] - residual[1].lower) < 2e-4)
      #expect(abs(growth[1] - residual[1].upper) < 2e-4)
    }
  }
}
