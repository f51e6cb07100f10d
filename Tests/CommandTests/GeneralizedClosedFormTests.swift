import Foundation
import Testing

/// Generalised fits whose numbers follow from a formula or from an integral.
@Suite struct GeneralizedClosedFormTests {
  @Test(arguments: [1, 9])
  func `subjects that are alike have no variance, and two proportions their odds ratio`(
    _ nodes: Int
  ) throws {
    let folder = try ScratchFolder()
    let rows = (0..<24).map { row in
      "s\(row / 2)\t\(row % 2 == 0 ? "a\t3\t7" : "b\t14\t6")"
    }
    try folder.write(ids: ["subject\tarm\thits\tmisses"] + rows, to: "data.tsv")
    let report = try GeneralizedReport.run(
      "data.tsv", "cbind(hits, misses) ~ arm + (1 | subject)", "binomial", ["--agq", "\(nodes)"],
      in: folder)
    #expect(report.status == "boundary" && report.deviation == 0)
    #expect(report.warnings.contains { $0.contains("singular") })
    let (a, b, c, d) = (36.0, 84.0, 168.0, 72.0)
    let (intercept, arm) = (try report.effect("(Intercept)"), try report.effect("armb"))
    // The optimiser ends where a step is worth 1e-9 of deviance.
    #expect(abs(intercept.estimate - log(a / b)) < 1e-5)
    #expect(abs(arm.estimate - log(c / d * b / a)) < 1e-5)
    expectNear(intercept.se, (1 / a + 1 / b).squareRoot(), relative: 1e-4, "SE")
    expectNear(arm.se, (1 / a + 1 / b + 1 / c + 1 / d).squareRoot(), relative: 1e-4, "SE of arm")
  }

  @Test func `an intercept of large counts keeps its standard error beside a variance of 0`() throws
  {
    let folder = try ScratchFolder()
    // Counts as even as a Poisson distribution has them about subjects' means near a million.
    let rows = (0..<120).map { row in
      let mean = 1e6 * exp(0.4 * sin(Double(row / 6) * 2.7))
      let count = (mean + mean.squareRoot() * [0.9, -0.3, 0.4, -1.1, 0.6, -0.5][row % 6]).rounded()
      return "s\(row / 6)\tr\(row)\t\([1, 4, 2, 6, 3, 5][row % 6])\t\(Int(count))"
    }
    try folder.write(ids: ["subject\trow\tx\tcount"] + rows, to: "data.tsv")
    let without = try GeneralizedReport.run(
      "data.tsv", "count ~ x + (1 | subject)", "poisson", in: folder)
    let with = try GeneralizedReport.run(
      "data.tsv", "count ~ x + (1 | subject) + (1 | row)", "poisson", in: folder)
    #expect(without.status == "ok" && with.status == "boundary")
    for effect in without.fixedEffects {
      expectNear(try with.effect(effect.term).se, effect.se, relative: 1e-2, "SE of \(effect.term)")
    }
    // Subjects' means are told without error: their mean has an SE of SD/√20.
    let sd = try #require(without.deviation)
    expectNear(
      try without.effect("(Intercept)").se, sd / 20.0.squareRoot(), relative: 1e-2, "SE")
  }

  @Test func `25 nodes have the likelihood of the integral`() throws {
    let folder = try ScratchFolder()
    let path = GeneralizedModel.folder.appendingPathComponent("responses.tsv").path
    let report = try GeneralizedReport.run(
      path, "correct ~ condition + (1 | subject)", "binomial", ["--agq", "25"], in: folder)
    let (base, hard) = (
      try report.effect("(Intercept)").estimate, try report.effect("conditionhard").estimate
    )
    let sd = try #require(report.deviation)
    let subjects = Dictionary(grouping: try ResultTable(path: path).rows) { $0["subject"] }
    var deviance = 0.0
    for rows in subjects.values {
      // The trapezoidal rule converges faster than any power of its step for such integrands.
      var sum = 0.0
      for k in -800...800 {
        let u = Double(k) / 80
        var logDensity = -0.5 * u * u - 0.5 * log(2 * Double.pi)
        for row in rows {
          let eta = base + (row["condition"] == "hard" ? hard : 0) + sd * u
          logDensity -= log1p(exp(row["correct"] == "yes" ? -eta : eta))
        }
        sum += exp(logDensity) / 80
      }
      deviance -= 2 * log(sum)
    }
    // 25 nodes are exact to 49 terms of the logarithm's expansion about the mode.
    #expect(abs(report.deviance - deviance) < 1e-7)
  }

  @Test func `information criteria follow from deviance, parameters and rows`() throws {
    let folder = try ScratchFolder()
    let report = try GeneralizedReport.run(
      GeneralizedModel.folder.appendingPathComponent("counts.tsv").path,
      "flares ~ time + (1 + time | patient)", "poisson", ["--offset", "log_months"], in: folder)
    // Two coefficients, two variances and a covariance.
    #expect(report.parameters == 5)
    #expect(abs(report.aic - (report.deviance + 10)) < 1e-9)
    #expect(abs(report.bic - (report.deviance + 5 * log(Double(report.nObservations)))) < 1e-9)
    #expect(abs(report.logLikelihood + report.deviance / 2) < 1e-9)
  }
}
