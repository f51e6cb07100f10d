import Foundation
import TestSupport
import Testing

/// `slopeqtl fit --family` against R: its own optima (`reference/glmm/functions.R`), at which lme4 ends
/// too where its inner iterations are told to go on.
@Suite struct GeneralizedReferenceTests {
  @Test func `the stored models can be read`() {
    #expect(GeneralizedModel.stored.count == 15)
    // Those on simulated data stand beside their data.
    #expect(GeneralizedModel.all.count { $0.data.hasSuffix(".tsv") } == 8)
  }

  @Test(arguments: GeneralizedModel.all)
  func `estimates agree with R's optimum`(_ model: GeneralizedModel) throws {
    let report = try fit(model)
    #expect(report.status == "ok")
    #expect(report.nObservations == model.nObservations)
    #expect(report.groups == model.groups)
    // Both optima are refined until the gradient vanishes, sums of up to 1e4 in double precision.
    expect(report.deviance, model.deviance, 1e-6, "deviance")
    #expect(report.fixedEffects.map(\.term) == model.fixedEffects.map(\.term))
    for (own, row) in zip(report.fixedEffects, model.fixedEffects) {
      expect(own.estimate, row.estimate, 1e-5 * row.se, row.term)
      // R's Hessian has differences of the deviance: their steps are 0.02 of a standard error.
      expect(own.se, row.se, 1e-4 * row.se, "SE of \(row.term)")
      expect(try #require(own.statistic), row.statistic, 1e-4 * (1 + abs(row.statistic)), row.term)
      let p = try #require(own.p)
      expect(log(p), log(row.p), 1e-3 * (1 + abs(log(row.p))), "log p of \(row.term)")
    }
    for component in model.varianceComponents {
      let own = try #require(
        report.varianceComponents.first {
          $0.group == component.group
            && Set([$0.term1, $0.term2 ?? $0.term1])
              == Set([component.term1, component.term2 ?? component.term1])
        }, "no \(component)")
      let scale = component.term2 == nil ? abs(component.covariance) : 1
      let value = component.term2 == nil ? component.covariance : component.sdOrCorrelation ?? .nan
      let found = component.term2 == nil ? own.covariance : own.sdOrCorrelation ?? .nan
      // The flattest of them is known to 1e-6 of its standard error.
      expect(found, value, 2e-5 * scale, "\(component)")
    }
    // Modes move with the estimates.
    if let dispersion = report.dispersion {
      expect(dispersion.statistic, model.pearson, 1e-4 * model.pearson, "Pearson's chi-squared")
    }
  }

  @Test(arguments: GeneralizedModel.all.filter(\.hasLikelihoodTests))
  func `Wald and likelihood-ratio tests of the terms agree`(_ model: GeneralizedModel) throws {
    let report = try fit(model, ["--anova", "--lrt"])
    let wald = try #require(report.anova)
    let ratios = try #require(report.likelihoodRatioTests)
    #expect(wald.map(\.term) == model.terms.map(\.term))
    #expect(ratios.map(\.term) == model.terms.map(\.term))
    // lme4's fits of smaller models end above their optima, as far as that of the model and 2e-4.
    let excess = 2e-4 + (model.lme4.bobyqaTight.map { $0 - model.deviance } ?? 0)
    for (index, term) in model.terms.enumerated() {
      expect(wald[index].df1, term.df, 0, term.term)
      expect(
        wald[index].statistic * term.df, term.wald, 3e-4 * (1 + term.wald), "Wald, \(term.term)")
      let lrt = try #require(term.lrt)
      expect(ratios[index].df, term.df, 0, term.term)
      expect(ratios[index].statistic, lrt, excess, "likelihood ratio, \(term.term)")
      let p = try #require(term.lrtP)
      expect(log(ratios[index].p), log(p), excess * (1 + abs(log(p))), "log p, \(term.term)")
    }
  }

  @Test(arguments: GeneralizedModel.all)
  func `random effects and their conditional SDs agree at every level`(
    _ model: GeneralizedModel
  ) throws {
    let folder = try ScratchFolder()
    _ = try fit(model, ["--blups", "blups.tsv"], in: folder)
    let own = try ResultTable(path: folder.path("blups.tsv")).rows
    let found = Dictionary(own.map { (key($0), $0) }) { first, _ in first }
    let stored = try ResultTable(
      path: GeneralizedModel.folder.appendingPathComponent("modes.tsv").path)
    let wanted = stored.rows.filter { $0["id"] == model.id }
    #expect(!wanted.isEmpty && own.count == wanted.count)
    for row in wanted {
      let value = try #require(found[key(row)], "no \(key(row))")
      let scale = row.number("se")
      // Estimates are known to 1e-5 of their standard errors, variances to 2e-5.
      expect(value.number("estimate"), row.number("estimate"), 1e-4 * scale, key(row))
      expect(value.number("se"), scale, 1e-4 * scale, "SE of \(key(row))")
    }
  }

  /// lme4's default tolerance of its inner iterations, 1e-7, ends them before the mode: it reports 184.0531
  /// and coefficients up to 6e-4 off its own optimum at 1e-10, which is 184.05256.
  @Test(.enabled(if: TestData.has("classics"), "data sets are not here: classics"))
  func `cbpp has the coefficients of lme4 with tight inner iterations`() throws {
    let model = try GeneralizedModel.named("cbpp")
    let report = try fit(model)
    let standard = try #require(model.lme4.default)
    expect(standard, 184.0531, 5e-5, "lme4's default")
    #expect(report.deviance < standard)
    expect(report.deviance, standard, 1e-3, "deviance")
    expect(report.deviance, try #require(model.lme4.bobyqaTight), 1e-6, "deviance")
    expect(report.deviance, try #require(model.lme4.nloptwrapTight), 1e-6, "deviance")
    #expect((4e-4...7e-4).contains(model.lme4.defaultCoefficientsOff))
    for (own, row) in zip(report.fixedEffects, model.fixedEffects) {
      expect(own.estimate, row.estimate, 1e-6, row.term)
    }
  }

  // MARK: Comparison

  private func fit(
    _ model: GeneralizedModel, _ flags: [String] = [], in folder: ScratchFolder? = nil
  ) throws -> GeneralizedReport {
    try GeneralizedReport.run(
      model.path, model.formula, model.family, model.flags + flags,
      in: try folder ?? ScratchFolder())
  }

  private func expect(
    _ value: Double, _ wanted: Double, _ tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(value - wanted) <= tolerance, "\(what): \(value), the reference has \(wanted)",
      sourceLocation: sourceLocation)
  }

  private func key(_ row: ResultTable.Row) -> String {
    "\(row["group"]) \(row["level"]) \(row["term"])"
  }
}
