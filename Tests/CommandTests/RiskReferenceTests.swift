import Foundation
import Testing

/// `slopeqtl risk` against lme4, glm, pROC and a likelihood integrated and optimised by R
/// (`reference/risk`).
@Suite struct RiskReferenceTests {
  struct Fit: Decodable {
    let estimate: [Double]
    let se: [Double]
    let deviance: Double
  }

  struct Expected: Decodable {
    let integrated: Fit
    let plugin: Fit
    let own: Fit
    let twoIntegrated: Fit
    let twoPlugin: Fit
    let exceed: Fit
    let performance: [String: Double]
    let risks: [String: Double]
  }

  private static let folder = CohortFiles.root.appendingPathComponent("reference/risk")

  private static func expected() throws -> Expected {
    // Risks have names of patients, which are no keys to be converted; none has an underscore.
    try FitReport.decoder.decode(
      Expected.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
  }

  private func run(_ predictors: String, _ more: [String] = []) throws -> RiskReport {
    try RiskReport.run(
      Self.folder.appendingPathComponent("data").path,
      [
        "--formula", "marker ~ time + (1 + time | patient)", "--outcome", "event", "--predictors",
        predictors, "--covariates", "age", "--bootstrap", "0", "--folds", "0",
      ] + more, in: ScratchFolder())
  }

  private func expect(_ found: RiskReport.Stage?, _ wanted: Fit, _ what: String) throws {
    let found = try #require(found, "\(what)")
    #expect(found.coefficients.count == wanted.estimate.count)
    for (place, row) in found.coefficients.enumerated() {
      // lme4's optimum is known to 1e-6; optim's curvature, from differences, to 1e-5.
      #expect(
        abs(row.estimate - wanted.estimate[place]) < 1e-5 * (1 + abs(wanted.estimate[place])),
        "\(what) \(row.term): \(row.estimate)")
      #expect(abs(row.se / wanted.se[place] - 1) < 1e-4, "\(what) \(row.term): \(row.se)")
    }
    #expect(abs(found.deviance - wanted.deviance) < 1e-5, "\(what)")
  }

  @Test func `coefficients are those of R for every use of the measurements`() throws {
    let expected = try Self.expected()
    let slope = try run("slope")
    try expect(slope.comparison["integrated"], expected.integrated, "integrated")
    try expect(slope.comparison["plugin"], expected.plugin, "plugin")
    try expect(slope.comparison["own"], expected.own, "own")
    #expect(slope.coefficients.map(\.term) == ["(Intercept)", "age", "slope"])
    let two = try run("level@3,slope")
    try expect(two.comparison["integrated"], expected.twoIntegrated, "two, integrated")
    try expect(two.comparison["plugin"], expected.twoPlugin, "two, plugin")
    let exceed = try run("exceed:6@3")
    try expect(exceed.comparison["plugin"], expected.exceed, "exceed")
    // A probability is known: nothing is left to integrate over.
    try expect(exceed.comparison["integrated"], expected.exceed, "exceed, integrated")
  }

  @Test func `measures are those of R and risks too`() throws {
    let expected = try Self.expected()
    let folder = try ScratchFolder()
    let found = try run("slope", ["--risks", folder.path("risks.tsv")])
    #expect(expected.performance.count == 9)
    for (name, wanted) in expected.performance {
      let value = try #require(found.apparent[name], "\(name)")
      #expect(abs(value - wanted) < 2e-6, "\(name): \(value), \(wanted)")
    }
    let rows = try folder.lines("risks.tsv").dropFirst().map { $0.split(separator: "\t") }
    #expect(rows.count == 150)
    for row in rows {
      let wanted = try #require(expected.risks[String(row[0])])
      #expect(abs(try #require(Double(row[1])) - wanted) < 1e-6)
    }
  }

  /// A random intercept, or the slope and the mean at the middle, are the same information.
  @Test func `equivalent predictors give the same likelihood`() throws {
    let slope = try run("slope")
    let effect = try run("blup:time")
    let quadratic = try run("slope@1.5")
    for other in [effect, quadratic] {
      for name in ["integrated", "plugin"] {
        let (a, b) = (slope.comparison[name]?.deviance, other.comparison[name]?.deviance)
        #expect(abs(try #require(a) - #require(b)) < 1e-6)
      }
    }
    let all = try run("blup")
    #expect(
      all.coefficients.map(\.term) == ["(Intercept)", "age", "blup:(Intercept)", "blup:time"])
    let both = try run("level@3,slope")
    let (a, b) = (all.comparison["integrated"]?.deviance, both.comparison["integrated"]?.deviance)
    #expect(abs(try #require(a) - #require(b)) < 1e-6)
  }
}
