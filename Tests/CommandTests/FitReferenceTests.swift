import Foundation
import TestSupport
import Testing

/// `slopeqtl fit` on the classic data sets, against lme4, lmerTest, pbkrtest and nlme
/// (`reference/classics`).
@Suite(.enabled(if: TestData.has("classics"), "data sets are not here: classics"))
struct FitReferenceTests {
  @Test func `the stored models can be read`() {
    #expect(ClassicModel.all("expected.json").count == 23)
    #expect(ClassicModel.all("variance_functions.json").count == 6)
  }

  @Test(arguments: ClassicModel.all("expected.json") + ClassicModel.all("variance_functions.json"))
  func `estimates agree with R's optimum`(_ model: ClassicModel) throws {
    let report = try fit(model)
    #expect(report.nObservations == model.nObservations)
    #expect(report.criterion == model.criterion)
    if let singular = model.singular {
      #expect(report.status == (singular ? "boundary" : "ok"))
    }
    if let groups = model.groups { #expect(report.groups == groups) }
    // Both optima are refined until the gradient vanishes; what is left are sums near 1e4 in
    // double precision.
    expect(report.deviance, model.deviance, 1e-6, "deviance")
    expect(report.residualSd, model.residualSd, 1e-5 * model.residualSd, "residual SD")
    let own = report.varianceComponents.map { ComponentKey($0.group, $0.term1, $0.term2) }
    for component in model.varianceComponents {
      let key = ComponentKey(component.group, component.term1, component.term2)
      let place = try #require(own.firstIndex(of: key), "no \(key) in \(own)")
      let found = report.varianceComponents[place]
      // A variance's relative error is a few times theta's, which is below 1e-6.
      let scale = component.term2 == nil ? component.covariance : covarianceScale(component, model)
      expect(
        found.covariance, component.covariance, 1e-5 * scale + 1e-9 * square(model.residualSd),
        "\(key)")
      if let wanted = component.sdOrCorrelation, component.term2 != nil || wanted > 0 {
        let value = try #require(found.sdOrCorrelation, "\(key)")
        expect(value, wanted, 1e-5 * (component.term2 == nil ? wanted : 1), "\(key)")
      }
    }
    for (name, wanted) in model.residualVariance ?? [:] {
      let value = try #require(report.residualVariance?[name], "no \(name)")
      expect(value, wanted, 1e-5 * max(1, abs(wanted)), name)
    }
  }

  @Test(arguments: ClassicModel.all("expected.json") + ClassicModel.all("variance_functions.json"))
  func `coefficients and their Satterthwaite tests agree`(_ model: ClassicModel) throws {
    let report = try fit(model)
    let found = Dictionary(report.fixedEffects.map { ($0.term, $0) }) { first, _ in first }
    #expect(report.fixedEffects.map(\.term) == model.fixedEffects.map(\.term))
    // Degrees of freedom are second derivatives of the criterion, here numerical ones. With weights
    // of the fitted values they have no other reference, and the random part of Dialyzer is flat.
    let limit = model.flags?.contains("power:fitted") == true ? 5e-3 : 1e-4
    for row in model.fixedEffects {
      let own = try #require(found[row.term], "no \(row.term)")
      // theta's 1e-6 moves an estimate by less of its SE, an SE by about as much.
      expect(own.estimate, row.estimate, 1e-5 * row.se, row.term)
      expect(own.se, row.se, 1e-5 * row.se, "SE of \(row.term)")
      guard let df = row.df, let p = row.p else { continue }
      expect(try #require(own.df), df, limit * df, "df of \(row.term)")
      expect(try #require(own.statistic), row.t, 2e-5 * (1 + abs(row.t)), "t of \(row.term)")
      try expectTail(own.p, p, limit, "p of \(row.term)")
    }
  }

  @Test(
    arguments: ClassicModel.all("expected.json").filter { $0.fixedEffects.first?.krDf != nil })
  func `coefficients and their Kenward–Roger tests agree`(_ model: ClassicModel) throws {
    let report = try fit(model, ["--df", "kenward-roger"])
    let found = Dictionary(report.fixedEffects.map { ($0.term, $0) }) { first, _ in first }
    for row in model.fixedEffects {
      let own = try #require(found[row.term], "no \(row.term)")
      let (se, df, t, p) = (
        try #require(row.krSe), try #require(row.krDf), try #require(row.krT),
        try #require(row.krP)
      )
      expect(own.se, se, 1e-5 * se, "SE of \(row.term)")
      expect(try #require(own.df), df, 1e-4 * df, "df of \(row.term)")
      expect(try #require(own.statistic), t, 2e-5 * (1 + abs(t)), "t of \(row.term)")
      try expectTail(own.p, p, 1e-4, "p of \(row.term)")
    }
  }

  @Test(
    arguments: ClassicModel.all("expected.json").filter { $0.fixedEffects.first?.df != nil })
  func `random effects and their conditional SDs agree at every level`(
    _ model: ClassicModel
  ) throws {
    let folder = try ScratchFolder()
    _ = try fit(model, ["--blups", "blups.tsv", "--digits", "12"], in: folder)
    let own = try ResultTable(path: folder.path("blups.tsv")).rows
    let found = Dictionary(own.map { (blupKey($0), $0) }) { first, _ in first }
    let path = CohortFiles.root.appendingPathComponent("reference/classics/blups.tsv").path
    let wanted = try ResultTable(path: path).rows.filter { $0["id"] == model.id }
    #expect(!wanted.isEmpty && own.count == wanted.count)
    for row in wanted {
      let value = try #require(found[blupKey(row)], "no \(blupKey(row))")
      // Of the largest effect of its kind: 8e-6 for intercepts of sleepstudy.
      let scale =
        wanted.filter { $0["group"] == row["group"] && $0["term"] == row["term"] }
        .map { max(abs($0.number("estimate")), $0.number("se")) }.max() ?? 0
      expect(
        value.number("estimate"), row.number("estimate"), 2e-7 * scale + 1e-12, blupKey(row))
      // Where the variance is 0 there is none to compare with: both have 0.
      expect(value.number("se"), row.number("se"), 1e-6 * scale + 1e-12, "SE of \(blupKey(row))")
    }
  }

  // MARK: Comparison

  private func fit(
    _ model: ClassicModel, _ flags: [String] = [], in folder: ScratchFolder? = nil
  ) throws -> FitReport {
    try FitReport.run(
      TestData.path("classics/\(model.data)"), model.modelFlags + flags,
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

  /// A tail changes by the more of itself the farther out it is.
  private func expectTail(
    _ value: Double?, _ wanted: Double, _ limit: Double, _ what: String
  ) throws {
    let value = try #require(value, "\(what)")
    guard wanted > 0 else { return }
    expect(log(value), log(wanted), limit * (1 + abs(log(wanted))), "log of \(what)")
  }

  /// What an error of a covariance is measured by: the product of both standard deviations.
  private func covarianceScale(
    _ component: FitReport.Component, _ model: ClassicModel
  ) -> Double {
    let variances = model.varianceComponents.filter {
      $0.group == component.group && $0.term2 == nil
        && ($0.term1 == component.term1 || $0.term1 == component.term2)
    }
    return variances.reduce(1) { $0 * $1.covariance }.squareRoot()
  }

  private func square(_ x: Double) -> Double { x * x }

  private func blupKey(_ row: ResultTable.Row) -> String {
    "\(row["group"]) \(row["level"]) \(row["term"])"
  }

  /// Names of a variance or covariance, in no order.
  private struct ComponentKey: Equatable, CustomStringConvertible {
    let group: String
    let terms: Set<String>

    init(_ group: String, _ term1: String, _ term2: String?) {
      self.group = group
      terms = Set([term1, term2 ?? term1])
    }

    var description: String { "\(group): \(terms.sorted().joined(separator: ", "))" }
  }
}
