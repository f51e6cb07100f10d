import Foundation
import Testing

/// `slopeqtl lag` beside nlme's `lme` and beside the likelihood of both equations written out in R
/// (`reference/lag/fit.R`).
@Suite struct LagReferenceTests {
  private struct Answer: Decodable {
    struct Value: Decodable {
      let estimate: Double, se: Double
    }

    struct Paths: Decodable {
      let xToX: Value, yToX: Value, xToY: Value, yToY: Value

      var all: [Value] { [xToX, yToX, xToY, yToY] }
    }

    let pairs: Int, runs: Int
    let devianceLme: Double, devianceDirect: Double
    let paths: Paths
    let effects: [String: Value]
    let randomIntercepts: LagReport.Spread, residuals: LagReport.Spread
  }

  private static let folder = CohortFiles.root.appendingPathComponent("reference/lag")

  private static let cases: [(name: String, flags: [String])] = [
    ("balanced", []), ("gaps", ["--covariates", "arm,dose"]), ("irregular", ["--max-gap", "35"]),
  ]

  /// Deviances to 1e-6, as of `fit`. R's `optim` leaves estimates 1e-5 of their standard errors from the
  /// optimum, its Hessian is made of differences with steps of 1e-3: standard errors to 1e-5.
  @Test(arguments: cases.indices)
  func `paths, coefficients and variances are R's`(_ index: Int) throws {
    let (name, flags) = Self.cases[index]
    let text = try Data(contentsOf: Self.folder.appendingPathComponent("expected.json"))
    let answers = try FitReport.decoder.decode([String: Answer].self, from: text)
    let answer = try #require(answers[name])
    let report = try LagReport.run(
      [
        Self.folder.appendingPathComponent("\(name).tsv").path, "--x", "x", "--y", "y",
        "--subject", "subject", "--time", "time", "--quiet",
      ] + flags, in: ScratchFolder())
    #expect(report.pairsUsed == answer.pairs)
    #expect(report.groups["subject:run"] == answer.runs)
    #expect(abs(report.deviance - answer.devianceLme) < 1e-6)
    #expect(abs(report.deviance - answer.devianceDirect) < 1e-6)
    func compare(_ own: LagReport.Estimate, _ wanted: Answer.Value, _ what: String) {
      #expect(abs(own.estimate - wanted.estimate) < 1e-5 * wanted.se, "\(what)")
      #expect(abs(own.se / wanted.se - 1) < 1e-5, "\(what)")
    }
    for (own, wanted) in zip(report.paths.all, answer.paths.all) { compare(own, wanted, "path") }
    let effects = Dictionary(
      uniqueKeysWithValues: report.fixedEffects.map { ($0.term ?? "", $0) })
    #expect(effects.count == answer.effects.count + 2)
    for (term, wanted) in answer.effects {
      let names = [
        "lx": "lag(x)", "ly": "lag(y)", "fx": "first(x)", "fy": "first(y)",
      ]
      let parts = term.split(separator: "~").map(String.init)
      let own = try #require(
        effects["\(parts[0]) ~ \(names[parts[1]] ?? parts[1])"], "\(term) of \(effects.keys)")
      compare(own, wanted, term)
    }
    for (own, wanted) in [
      (report.randomIntercepts, answer.randomIntercepts), (report.residuals, answer.residuals),
    ] {
      for (a, b) in zip(own.all, wanted.all) {
        #expect(abs(try #require(a) / (try #require(b)) - 1) < 1e-4)
      }
    }
  }
}
