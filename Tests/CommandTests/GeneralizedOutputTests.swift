import Foundation
import Testing

/// What `fit --family` prints and writes.
@Suite struct GeneralizedOutputTests {
  private func stored(_ name: String) -> String {
    GeneralizedModel.folder.appendingPathComponent(name).path
  }

  @Test func `the summary has lme4's layout`() throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      [
        "fit", stored("shares.tsv"), "--formula", "share ~ condition + (1 | subject)", "--family",
        "binomial", "--weights", "trials", "--anova", "--lrt",
      ], in: folder)
    #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(
      lines[0]
        == "Generalized linear mixed model fit by maximum likelihood (Laplace Approximation)")
    for start in [
      " Family: binomial  ( logit )", "Formula: share ~ condition + (1 | subject)",
      "Weights: trials", "Scaled residuals:", "Random effects:", " subject (Intercept)",
      "Number of obs: 80, groups:  subject, 40", "Fixed effects:", "conditionhard",
      "Correlation of Fixed Effects:", "Dispersion: ", "Type III tests:",
      "Likelihood-ratio tests, each term left out:",
    ] {
      #expect(lines.contains { $0.hasPrefix(start) }, "\(start)")
    }
    #expect(lines.contains { $0.contains("z value Pr(>|z|)") })
    #expect(!result.output.contains("Residual "), "there is no residual variance")
  }

  @Test func `nodes, success and offset are named`() throws {
    let folder = try ScratchFolder()
    let answers = try Command.slopeqtl(
      [
        "fit", stored("responses.tsv"), "--formula", "correct ~ condition + (1 | subject)",
        "--family", "binomial", "--agq", "5",
      ], in: folder)
    #expect(answers.output.contains("(Adaptive Gauss-Hermite Quadrature, nAGQ = 5)"))
    #expect(answers.output.contains("\nSuccess: yes\n"))
    #expect(!answers.output.contains("Dispersion:"), "single trials say nothing of it")
    let counts = try Command.slopeqtl(
      [
        "fit", stored("counts.tsv"), "--formula", "flares ~ time + (1 | patient)", "--family",
        "poisson", "--offset", "log_months",
      ], in: folder)
    #expect(counts.output.contains("\n Offset: log_months\n"))
    #expect(counts.output.contains(" Family: poisson  ( log )"))
  }

  @Test func `overdispersion is named until rows have effects of their own`() throws {
    let folder = try ScratchFolder()
    let formula = "flares ~ time * arm + (1 + time | patient)"
    let flags = ["--offset", "log_months"]
    let without = try GeneralizedReport.run(
      stored("counts.tsv"), formula, "poisson", flags, in: folder)
    let warning = try #require(without.warnings.first { $0.hasPrefix("overdispersed") })
    #expect(warning.contains("(1 | row)") && warning.contains("standard errors"))
    #expect(try #require(without.dispersion).p < 0.01)
    let with = try GeneralizedReport.run(
      stored("counts.tsv"), formula + " + (1 | row)", "poisson", flags, in: folder)
    #expect(with.warnings.isEmpty, "\(with.warnings)")
    #expect(try #require(with.dispersion).ratio < 1.2)
    #expect(
      try with.effect("time:armtreated").se > (try without.effect("time:armtreated").se))
  }

  @Test func `JSON has the keys of linear models, and those of its own`() throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      [
        "fit", stored("responses.tsv"), "--formula",
        "correct ~ condition + (1 + condition | subject) + (1 | item)", "--family", "binomial",
        "--quiet", "--json", "-",
      ], in: folder)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    for key in [
      "formula", "criterion", "family", "link", "approximation", "quadrature_points", "success",
      "deviance", "log_likelihood", "aic", "bic", "parameters", "status", "largest_gradient",
      "n_observations", "n_dropped", "groups", "level", "fixed_effects",
      "fixed_effects_covariance", "variance_components", "residual_sd", "residual_variance",
      "tests", "dispersion", "warnings", "timing",
    ] {
      #expect(object[key] != nil, "\(key)")
    }
    #expect(object["residual_sd"] is NSNull && object["dispersion"] is NSNull)
    #expect(object["criterion"] as? String == "ml" && object["link"] as? String == "logit")
    #expect(object["groups"] as? [String: Int] == ["subject": 40, "item": 16])
    let effects = try #require(object["fixed_effects"] as? [[String: Any]])
    #expect(effects.count == 2 && effects.allSatisfy { $0["df"] is NSNull })
    let components = try #require(object["variance_components"] as? [[String: Any]])
    #expect(components.count == 4)
    #expect(components.allSatisfy { $0["lower"] is Double && $0["upper"] is Double })
  }

  @Test func `tables of effects and variances are written`() throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      [
        "fit", stored("counts.tsv"), "--formula", "flares ~ time * arm + (1 + time | patient)",
        "--family", "poisson", "--offset", "log_months", "--quiet", "--blups", "blups.tsv",
        "--coefficients", "coefficients.tsv", "--components", "components.tsv",
      ], in: folder)
    #expect(result.exitCode == 0 && result.output.isEmpty && result.errors.isEmpty)
    #expect(try folder.lines("blups.tsv").count == 121)
    #expect(try folder.lines("coefficients.tsv").count == 5)
    let components = try ResultTable(path: folder.path("components.tsv"))
    #expect(components.rows.filter { $0["group"] == "patient" }.count == 3)
  }

  @Test func `rows with missing cells are left out and counted`() throws {
    let folder = try ScratchFolder()
    var lines = try ScratchFolder.lines(path: stored("counts.tsv"))
    for (line, column) in [(3, 6), (9, 6), (20, 3), (31, 5)] {
      var cells = lines[line].split(separator: "\t").map(String.init)
      cells[column] = "NA"
      lines[line] = cells.joined(separator: "\t")
    }
    try folder.write(ids: lines, to: "data.tsv")
    let report = try GeneralizedReport.run(
      "data.tsv", "flares ~ time + (1 | patient)", "poisson", ["--offset", "log_months"],
      in: folder)
    #expect(report.nDropped == 4 && report.nObservations == 320)
  }

  @Test func `rows without trials say nothing of dispersion`() throws {
    let folder = try ScratchFolder()
    let lines = try ScratchFolder.lines(path: stored("shares.tsv"))
    try folder.write(
      ids: lines + (1...9).map { "s00\($0)\t\($0 % 2 == 0 ? "easy" : "hard")\t0\t0\t0\t0" },
      to: "data.tsv")
    let formula = "cbind(right, wrong) ~ condition + (1 | subject)"
    let (with, without) = (
      try GeneralizedReport.run("data.tsv", formula, "binomial", in: folder),
      try GeneralizedReport.run(stored("shares.tsv"), formula, "binomial", in: folder)
    )
    #expect(abs(with.deviance - without.deviance) < 1e-9)
    let (one, two) = (try #require(with.dispersion), try #require(without.dispersion))
    expectNear(one.df, two.df, relative: 1e-6, "degrees of freedom")
    expectNear(one.ratio, two.ratio, relative: 1e-6, "dispersion")
  }

  @Test func `the intercept of a slope is not taken for a variance out of bounds`() throws {
    let folder = try ScratchFolder()
    var lines = try ScratchFolder.lines(path: stored("counts.tsv"))
    for line in lines.indices.dropFirst() {
      var cells = lines[line].split(separator: "\t").map(String.init)
      cells[3] = "\((Double(cells[3]) ?? .nan) + 2000)"
      lines[line] = cells.joined(separator: "\t")
    }
    try folder.write(ids: lines, to: "data.tsv")
    let report = try GeneralizedReport.run(
      "data.tsv", "flares ~ time + (1 + time | patient) + (1 | row)", "poisson",
      ["--offset", "log_months"], in: folder)
    #expect(try #require(report.deviation) > 20)
    #expect(!report.warnings.contains { $0.contains("one outcome") }, "\(report.warnings)")
  }

  @Test func `a variance that the data cannot size is named`() throws {
    let folder = try ScratchFolder()
    // All but one subject have one outcome only.
    let rows = (0..<120).map { row in
      let subject = row / 4
      return "s\(subject)\t\(row % 4)\t\(subject < 1 ? row % 2 : subject % 2)"
    }
    try folder.write(ids: ["subject\ttime\ty"] + rows, to: "data.tsv")
    let report = try GeneralizedReport.run(
      "data.tsv", "y ~ time + (1 | subject)", "binomial", in: folder)
    #expect(report.warnings.contains { $0.contains("one outcome only") }, "\(report.warnings)")
  }
}
