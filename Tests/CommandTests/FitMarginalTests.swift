import Foundation
import TestSupport
import Testing

/// Marginal means, contrasts and tests of `slopeqtl fit` against emmeans, lmerTest and pbkrtest
/// (`reference/classics`).
@Suite(.enabled(if: TestData.has("classics"), "data sets are not here: classics"))
struct FitMarginalTests {
  static func read<Value: Decodable>(_ name: String) -> [Value] {
    let url = CohortFiles.root.appendingPathComponent("reference/classics/\(name)")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return (try? FitReport.decoder.decode([Value].self, from: data)) ?? []
  }

  static let models: [Model] = read("marginal_means.json")
  static let randomTests: [RandomTests] = read("random_tests.json")
  /// The file of each model of `random_tests.json`, and what `ranova` removes that is tested here.
  static let files = [
    "sleepstudy": "sleepstudy", "sleepstudy_intercept": "sleepstudy", "dyestuff": "Dyestuff",
    "dyestuff2": "Dyestuff2", "pastes": "Pastes", "penicillin": "Penicillin",
    "machines_nested": "Machines", "orthodont": "Orthodont", "bodyweight": "BodyWeight",
    "milk": "Milk",
  ]

  @Test func `the stored answers can be read`() {
    #expect(Self.models.count == 4 && Self.randomTests.count == 10)
  }

  @Test(arguments: models, ["satterthwaite", "kenward-roger"])
  func `contrasts agree with emmeans`(_ model: Model, _ method: String) throws {
    let answers = try ask(
      model.data, model.formula,
      ["--df", method] + model.rows.map { "--contrast=\($0.expression)" })
    let found = try #require(answers.contrasts)
    #expect(found.count == model.rows.count)
    for (own, row) in zip(found, model.rows) {
      expect(own, row, kenwardRoger: method != "satterthwaite", row.expression)
    }
  }

  @Test(arguments: models.filter { $0.slopes != nil })
  func `marginal means and simple slopes agree with emmeans`(_ model: Model) throws {
    let first = try #require(model.means.first)
    let factor = try #require(model.slopes?.first?.at.keys.first)
    let time = try #require(first.at.keys.first { $0 != factor })
    let times = Set(
      model.means.compactMap { row -> Double? in
        if case .number(let value)? = row.at[time] { return value }
        return nil
      })
    let list = times.sorted().map { "\($0)" }.joined(separator: ", ")
    let answers = try ask(
      model.data, model.formula,
      ["--means", "\(factor) at \(time) = \(list)", "--slopes", "\(time) by \(factor)"])
    for (own, wanted) in [
      (answers.marginalMeans, model.means), (answers.slopes, model.slopes ?? []),
    ] {
      let estimates = try #require(own)
      #expect(estimates.count == wanted.count)
      for row in wanted {
        let found = try #require(
          estimates.first { estimate in
            row.at.allSatisfy { Label.parsed(estimate.at?[$0.key] ?? "") == $0.value }
          }, "no row for \(row.at)")
        expect(found, row, kenwardRoger: false, "\(row.at)")
      }
    }
  }

  @Test(arguments: models, ["satterthwaite", "kenward-roger"])
  func `joint tests of interactions agree with lmerTest and pbkrtest`(
    _ model: Model, _ method: String
  ) throws {
    let answers = try ask(model.data, model.formula, ["--df", method, "--anova"])
    // Of a factor that others multiply the two have different hypotheses.
    for row in model.joint where row.name.contains(":") && !row.name.contains(" ") {
      let own = try #require(answers.anova?.first { $0.term == row.name }, "no \(row.name)")
      let adjusted = method == "kenward-roger"
      let (statistic, df2, p) =
        adjusted ? (row.krStatistic, row.krDf2, row.krP) : (row.statistic, row.df2, row.p)
      #expect(own.df1 == row.df1)
      #expect(abs(own.statistic / statistic - 1) <= 1e-4, "F of \(row.name): \(own.statistic)")
      #expect(abs(own.df2 / df2 - 1) <= 1e-4, "df of \(row.name): \(own.df2), \(df2)")
      #expect(abs(own.p - p) <= 1e-5, "p of \(row.name): \(own.p), \(p)")
    }
  }

  @Test(arguments: randomTests)
  func `likelihood ratios of random effects agree with ranova`(_ model: RandomTests) throws {
    let file = try #require(Self.files[model.id])
    let answers = try ask("\(file).csv", model.formula, ["--variance-tests"])
    for test in model.tests {
      // Names differ; two terms of one model have no like statistics. ranova is right to 1e-6.
      #expect(
        answers.tests.contains { abs($0.statistic - test.lrt) <= 1e-5 },
        "\(test.removed): \(test.lrt) is not among \(answers.tests)")
    }
  }

  private func ask(_ data: String, _ formula: String, _ flags: [String]) throws -> Answers {
    let path = TestData.path("classics/\(data)")
    let result = try Command.slopeqtl(
      ["fit", path, "--formula", formula, "--json", "-"] + flags, in: try ScratchFolder())
    #expect(result.exitCode == 0, "\(flags): \(result.errors)")
    return try FitReport.decoder.decode(Answers.self, from: Data(result.output.utf8))
  }

  /// Tolerances as those of coefficients in `FitReferenceTests`.
  private func expect(
    _ own: Answers.Estimate, _ row: Row, kenwardRoger: Bool, _ what: String
  ) {
    let (se, df, p) = kenwardRoger ? (row.krSe, row.krDf, row.krP) : (row.se, row.df, row.p)
    let (lower, upper) = kenwardRoger ? (row.krLower, row.krUpper) : (row.lower, row.upper)
    #expect(abs(own.estimate - row.estimate) <= 1e-5 * se, "\(what): \(own), \(row)")
    #expect(abs(own.se / se - 1) <= 1e-5, "SE of \(what): \(own.se), \(se)")
    #expect(abs(own.df / df - 1) <= 1e-4, "df of \(what): \(own.df), \(df)")
    #expect(
      abs(log(own.p) - log(p)) <= 1e-4 * (1 + abs(log(p))), "p of \(what): \(own.p), \(p)")
    #expect(abs(own.lower - lower) <= 1e-4 * se, "lower of \(what): \(own.lower), \(lower)")
    #expect(abs(own.upper - upper) <= 1e-4 * se, "upper of \(what): \(own.upper), \(upper)")
  }
}
