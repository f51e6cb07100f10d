import Glibc
import Simulation
import Testing

/// Counts and answers have the parameters that their truth states: random effects have their deviations
/// and correlations, and what is drawn around the true means has their variance.
@Suite struct GeneralizedScenarioTests {
  /// Pearson residuals about the true means have mean 0 and variance 1, and no trend in `x`.
  ///
  /// - Parameter fourth: the fourth moment of such a residual, at most.
  private func expectPearson(
    _ residuals: [Double], trend x: [Double], fourth: Double, _ what: String
  ) {
    let n = Double(residuals.count)
    let moments = Moments(residuals)
    // Within four standard errors of the mean, of the variance and of a correlation of 0.
    #expect(abs(moments.mean) < 4 / n.squareRoot(), "mean of \(what)")
    #expect(
      abs(moments.sd * moments.sd - 1) < 4 * ((fourth - 1) / n).squareRoot(), "variance of \(what)")
    #expect(abs(moments.correlation(Moments(x))) < 4 / n.squareRoot(), "trend of \(what)")
  }

  @Test(arguments: [0, 0.5])
  func `counts are Poisson about patients' rates times months`(_ dispersion: Double) throws {
    let files = try ScenarioFiles(.counts, subjects: 600) { $0.dispersion = dispersion }
    files.expectEffects("patient", ["(Intercept)", "time"])
    #expect(Set(files.rows.compactMap { $0["row"] }).count == files.rows.count)
    if dispersion > 0 {
      files.expectEffects("row", ["(Intercept)"])
      #expect(files.effects["row"]?.count == files.rows.count)
    } else {
      #expect(files.effects["row"] == nil)
    }
    var (residuals, times) = ([Double](), [Double]())
    for row in files.rows {
      let time = ScenarioFiles.number(row, "time")
      let months = ScenarioFiles.number(row, "months")
      #expect(abs(log(months) - ScenarioFiles.number(row, "log_months")) < 1e-6)
      let slope =
        files.parameter("time")
        + (row["arm"] == "treated" ? files.parameter("time:armtreated") : 0)
      let own = files.random("patient", row["patient", default: ""], "time", time)
      let extra = dispersion > 0 ? files.random("row", row["row", default: ""]) : 0
      let mean = months * exp(files.parameter("(Intercept)") + slope * time + own + extra)
      residuals.append((ScenarioFiles.number(row, "flares") - mean) / mean.squareRoot())
      times.append(time)
    }
    // 3 + 1/mean: means of 0.1 are rare.
    expectPearson(residuals, trend: times, fourth: 13, "flares")
    #expect(Set(files.rows.compactMap { $0["months"] }) == Set((1...6).map(String.init)))
  }

  @Test func `answers have their odds, and every item is seen under both conditions`() throws {
    let files = try ScenarioFiles(.responses, subjects: 600) {
      $0.times = (0..<60).map(Double.init)
    }
    files.expectEffects("subject", ["(Intercept)", "conditionhard"])
    files.expectEffects("item", ["(Intercept)"])
    var (residuals, hardness) = ([Double](), [Double]())
    for row in files.rows {
      let hard = row["condition"] == "hard" ? 1.0 : 0
      let logOdds =
        files.parameter("(Intercept)") + files.parameter("conditionhard") * hard
        + files.random("subject", row["subject", default: ""], "conditionhard", hard)
        + files.random("item", row["item", default: ""])
      let p = 1 / (1 + exp(-logOdds))
      residuals.append(((row["correct"] == "yes" ? 1 : 0) - p) / (p * (1 - p)).squareRoot())
      hardness.append(hard)
    }
    // 1/(p(1 − p)) − 3: 30 where p is 0.03.
    expectPearson(residuals, trend: hardness, fourth: 30, "answers")
    for item in Dictionary(grouping: files.rows, by: { $0["item"] }).values {
      let hard = item.count { $0["condition"] == "hard" }
      #expect(abs(2 * hard - item.count) < 60)
    }
    for subject in Dictionary(grouping: files.rows, by: { $0["subject"] }).values {
      #expect(Set(subject.compactMap { $0["item"] }).count == subject.count)
    }
  }
}
