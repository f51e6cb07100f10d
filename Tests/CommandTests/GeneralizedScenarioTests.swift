import Foundation
import Testing

/// `slopeqtl fit --family` on simulated counts and answers whose parameters are known.
@Suite struct GeneralizedScenarioTests {
  /// Every parameter lies where its estimate says: coefficients within four standard errors, SDs and
  /// correlations within twice their 95 % intervals on the scale of these. The seed is fixed, so the draw is.
  @Test(arguments: ["counts", "counts with dispersion", "responses"])
  func `estimates lie near the parameters the data were drawn from`(_ name: String) throws {
    let folder = try ScratchFolder()
    let scenario = String(name.prefix { $0 != " " })
    let made = try Command.slopeqtl(
      ["simulate", "--scenario", scenario, "--out", "data", "--donors", "150", "--seed", "12"]
        + (name == scenario ? [] : ["--dispersion", "0.5"]), in: folder)
    #expect(made.exitCode == 0, "\(made.errors)")
    let truth = Dictionary(
      try ResultTable(path: folder.path("data.truth.tsv")).rows.map {
        ($0["parameter"], $0["value"])
      }
    ) { first, _ in first }
    let report = try GeneralizedReport.run(
      "data.tsv", try #require(truth["formula"]), try #require(truth["family"]),
      truth["offset"].map { ["--offset", $0] } ?? [], in: folder)
    #expect(report.status == "ok")
    #expect(report.warnings.isEmpty, "\(report.warnings)")
    for effect in report.fixedEffects {
      let wanted = try #require(truth[effect.term].flatMap(Double.init))
      #expect(abs(effect.estimate - wanted) < 4 * effect.se, "\(effect)")
    }
    #expect(report.varianceComponents.count == (name == "counts" ? 3 : 4))
    for component in report.varianceComponents {
      let key =
        component.term2.map { "cor(\(component.term1),\($0)|\(component.group))" }
        ?? "sd(\(component.term1)|\(component.group))"
      let wanted = try #require(truth[key].flatMap(Double.init), "\(key)")
      let scale: (Double) -> Double = component.term2 == nil ? { log($0) } : { atanh($0) }
      let value = scale(try #require(component.sdOrCorrelation))
      let (lower, upper) = (
        scale(try #require(component.lower)), scale(try #require(component.upper))
      )
      #expect(value - 2 * (value - lower) < scale(wanted), "\(key)")
      #expect(scale(wanted) < value + 2 * (upper - value), "\(key)")
    }
  }

  @Test func `extra dispersion is of counts alone`() throws {
    let folder = try ScratchFolder()
    for flags in [["--scenario", "trial"], []] {
      let result = try Command.slopeqtl(
        ["simulate", "--out", "data", "--dispersion", "0.5"] + flags, in: folder)
      #expect(result.exitCode == 64)
      #expect(result.missing(["--dispersion", "counts"]) == [])
      #expect(folder.names().isEmpty)
    }
  }
}
