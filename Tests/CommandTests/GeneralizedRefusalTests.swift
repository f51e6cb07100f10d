import Foundation
import Testing

/// Responses and models that `fit --family` cannot serve, each with its place and the way out.
@Suite struct GeneralizedRefusalTests {
  private static let binomial = ["--family", "binomial"]
  private static let poisson = ["--family", "poisson"]
  private static let weighted = binomial + ["--weights", "weight"]

  /// A refusal of the table with a response of 0 and 1; cells are spoilt after that.
  private static func refusal(
    _ name: String, exitCode: Int32 = 65, _ formula: String = "y ~ time + (1 | patient)",
    flags: [String] = binomial, words: [String],
    cells: @escaping @Sendable (inout [[String]]) -> Void = { _ in }
  ) -> FitRefusal {
    FitRefusal(name, exitCode: exitCode, formula: formula, flags: flags, words: words) { rows in
      for row in 1..<rows.count {
        let patient = (row - 1) / 4
        rows[row][4] = (patient * 7 + (row - 1) % 4 * 3) % 5 < 2 ? "1" : "0"
      }
      cells(&rows)
    }
  }

  private static let none: @Sendable (inout [[String]]) -> Void =
    FitRefusal.set(4) { $0[1] == "a" ? $0[4] : "0" }

  @Test(arguments: [
    refusal(
      "a negative count", flags: poisson, words: ["data.tsv:9:y", "found -1", "a count", "mend"],
      cells: FitRefusal.set(4, line: 9, to: "-1")),
    refusal(
      "half a count", flags: poisson, words: ["data.tsv:9:y", "found 1.5", "a count"],
      cells: FitRefusal.set(4, line: 9, to: "1.5")),
    refusal(
      "a count beyond whole numbers", flags: poisson, words: ["data.tsv:9:y", "1e+16"],
      cells: FitRefusal.set(4, line: 9, to: "1e16")),
    refusal(
      "counts that are text", flags: poisson, words: [":y", "which holds text", "numbers"],
      cells: FitRefusal.set(4) { $0[1] }),
    refusal(
      "logarithms of counts", "log(y) ~ time + (1 | patient)", flags: poisson,
      words: [":y", "'log(y)'", "-inf", "a count"]),
    refusal(
      "0, 1 and 2", words: ["data.tsv:9:y", "found 2", "0 or 1", "cbind(successes, failures)"],
      cells: FitRefusal.set(4, line: 9, to: "2")),
    refusal(
      "a proportion without its trials",
      words: ["data.tsv:9:y", "found 0.5", "0 or 1", "--weights"],
      cells: FitRefusal.set(4, line: 9, to: "0.5")),
    refusal(
      "three levels", words: ["data.tsv:y", "two levels", "found 3: a, b, c", "join levels"],
      cells: { rows in for row in 1..<rows.count { rows[row][4] = ["a", "b", "c"][row % 3] } }),
    refusal(
      "one level", words: ["data.tsv:y", "two levels", "found 1: a"],
      cells: FitRefusal.set(4) { _ in "a" }),
    refusal(
      "a cbind of three", "cbind(y, weight, age) ~ time + (1 | patient)",
      words: ["takes two columns", "cbind(successes, failures)"]),
    refusal(
      "a cbind of one", "cbind(y) ~ time + (1 | patient)",
      words: ["takes two columns", "cbind(successes, failures)"]),
    refusal(
      "a cbind with weights", "cbind(y, age) ~ time + (1 | patient)", flags: weighted,
      words: ["its own numbers of trials", "--weights weight", "leave --weights out"]),
    refusal(
      "a cbind of counts", "cbind(y, weight) ~ time + (1 | patient)", flags: poisson,
      words: [",y:", "cbind( )", "--family binomial"]),
    refusal(
      "negative failures", "cbind(y, weight - 2) ~ time + (1 | patient)",
      words: ["data.tsv:2:", "found -1", "whole numbers of 0 and more"]),
    refusal(
      "halves of failures", "cbind(y, weight / 2) ~ time + (1 | patient)",
      words: ["data.tsv:2:", "found 0.5", "whole numbers"]),
    refusal(
      "a proportion above 1", flags: weighted,
      words: ["data.tsv:9:y", "found 1.5", "a proportion from 0 to 1"],
      cells: FitRefusal.set(4, line: 9, to: "1.5")),
    refusal(
      "a proportion of no whole number of trials", flags: weighted,
      words: ["data.tsv:9:y", "found 0.4 of 2 trials", "a whole number", "--weights"],
      cells: FitRefusal.set(4, line: 9, to: "0.4")),
    refusal(
      "no trials", flags: weighted, words: ["data.tsv:9:weight", "found 0,", "above 0"],
      cells: FitRefusal.set(5, line: 9, to: "0")),
    refusal(
      "an infinite offset", flags: poisson + ["--offset", "weight"],
      words: ["data.tsv:9:weight", "'Inf'"], cells: FitRefusal.set(5, line: 9, to: "Inf")),
  ])
  func `responses that are not of the family are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }

  @Test(arguments: [
    refusal(
      "an arm without events", "y ~ arm + time + (1 | patient)",
      words: ["data.tsv:arm", "quasi-complete separation", "along armb,", "join levels"],
      cells: none),
    refusal(
      "an arm without counts", "y ~ arm + time + (1 | patient)", flags: poisson,
      words: ["data.tsv:arm", "quasi-complete separation", "along armb,"], cells: none),
    refusal(
      "a threshold of age", "y ~ age + (1 | patient)",
      words: ["data.tsv:age", "complete separation", "age"],
      cells: FitRefusal.set(4) { (Int($0[3]) ?? 0) > 50 ? "1" : "0" }),
    refusal(
      "no event at all", words: [":y", "one value", "0 in every row"],
      cells: FitRefusal.set(4) { _ in "0" }),
    refusal(
      "quadrature of two terms", "y ~ time + (1 | patient) + (1 | site)",
      flags: binomial + ["--agq", "5"],
      words: ["one random effect", "(1 | patient) + (1 | site)", "leave --agq out"],
      cells: FitRefusal.set(6) { "\((Int($0[2]) ?? 0) + (Int($0[3]) ?? 0) % 3)" }),
    refusal(
      "quadrature of a slope", "y ~ time + (1 + time | patient)",
      flags: binomial + ["--agq", "5"], words: ["(1 + time | patient)", "leave --agq out"]),
    refusal(
      "quadrature of two covariances",
      flags: binomial + ["--agq", "5", "--group-covariance", "arm"],
      words: ["covariances by 'arm'", "leave --agq out"]),
    refusal(
      "a random effect of every single trial", "y ~ time + (1 | patient) + (1 | row)",
      words: ["every row has one sample", "'row'"],
      cells: { rows in
        for row in rows.indices { rows[row].append(row == 0 ? "row" : "r\(row)") }
      }),
    refusal(
      "a slope of what is constant within patients", "y ~ time + (arm | patient)",
      words: ["constant within every patient", "(1 | patient)"]),
    refusal(
      "collinear columns", "y ~ time + I(2 * time) + (1 | patient)",
      words: ["'I(2 * time)'", "a linear combination of time"]),
    refusal("no random part", "y ~ time", words: ["random part", "(1 + time | patient)"]),
  ])
  func `models that cannot be told from the data are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }

  @Test(arguments: [
    refusal(
      "no such family", exitCode: 64, flags: ["--family", "gamma"],
      words: ["'gamma'", "'binomial'", "'poisson'"]),
    refusal(
      "no nodes", exitCode: 64, flags: binomial + ["--agq", "0"],
      words: ["--agq 0", "1 to 101"]),
    refusal(
      "too many nodes", exitCode: 64, flags: binomial + ["--agq", "102"], words: ["1 to 101"]),
    refusal(
      "quadrature of a Gaussian model", exitCode: 64, flags: ["--agq", "5"],
      words: ["--agq needs --family"]),
    refusal(
      "a residual variance", exitCode: 64, flags: binomial + ["--residual-variance", "by:arm"],
      words: ["--residual-variance", "binomial", "random effect of every row"]),
    refusal(
      "tests of variances", exitCode: 64, flags: poisson + ["--variance-tests"],
      words: ["--variance-tests", "leave --family out"]),
    refusal(
      "a restricted likelihood", exitCode: 64, flags: binomial + ["--criterion", "reml"],
      words: ["--criterion reml with --family binomial", "leave --criterion out"]),
    refusal(
      "degrees of freedom", exitCode: 64, flags: poisson + ["--df", "kenward-roger"],
      words: ["--df kenward-roger with --family poisson", "normal"]),
    refusal(
      "a bootstrap of covariances", exitCode: 64,
      flags: poisson + ["--group-covariance", "arm", "--bootstrap", "20"],
      words: ["--bootstrap is of linear models"]),
    refusal(
      "likelihood ratios of a Gaussian model", exitCode: 64, flags: ["--lrt"],
      words: ["--lrt needs --family", "--anova"]),
  ])
  func `flags that are not of the family are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }
}
