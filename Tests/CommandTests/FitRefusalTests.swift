import Foundation
import Testing

/// Tables and models that `fit` cannot serve, each with its place and the way out.
@Suite struct FitRefusalTests {
  @Test(arguments: [
    FitRefusal(
      "a column that is not there", formula: "y ~ dose + (1 | patient)",
      words: ["data.tsv:1:", "'dose'", "one of patient, arm, time"]),
    FitRefusal(
      "a grouping column that is not there", formula: "y ~ time + (1 | subject)",
      words: ["data.tsv:1:", "'subject'"]),
    FitRefusal(
      "an infinite number", words: ["data.tsv:5:age", "'Inf'", "a number or NA"],
      cells: FitRefusal.set(3, line: 5, to: "Inf")),
    FitRefusal(
      "a response with a word", words: ["data.tsv:9:y", "'high'", "holds text", "numbers"],
      cells: FitRefusal.set(4, line: 9, to: "high")),
    FitRefusal(
      "a response with a decimal comma", words: ["data.tsv:9:y", "'5,3'"],
      cells: FitRefusal.set(4, line: 9, to: "5,3")),
    FitRefusal(
      "a time with a word, which makes it a factor",
      words: ["random effects", "'time' is taken as text", "line 7", "'two'"],
      cells: FitRefusal.set(2, line: 7, to: "two")),
    FitRefusal(
      "a response that is not finite once transformed", formula: "log(y) ~ time + (1 | patient)",
      words: ["data.tsv:6:y", "'log(y)'", "found nan", "domain"],
      cells: FitRefusal.set(4, line: 6, to: "-1")),
    FitRefusal(
      "a response without variation", words: ["data.tsv:y", "explain the response entirely"],
      cells: FitRefusal.set(4) { _ in "3" }),
    FitRefusal(
      "a response that the fixed effects determine",
      words: ["data.tsv:y", "explain the response entirely", "leave the effects out"],
      cells: FitRefusal.set(4) { "\(2 + 3 * (Int($0[2]) ?? 0))" }),
    FitRefusal(
      "patients whose visits lie on their lines exactly",
      words: ["data.tsv:y", "no residual is left", "take random effects out"],
      cells: FitRefusal.set(4) { row in
        let (patient, time) = (Int(row[0].dropFirst()) ?? 0, Int(row[2]) ?? 0)
        return "\(2 + patient % 7 + time * (patient * 3 % 5))"
      }),
    FitRefusal(
      "a response whose squares overflow", words: ["data.tsv:", ":y", "out of range", "unit"],
      cells: FitRefusal.set(4) { $0[4] + "e200" }),
    FitRefusal(
      "no rows", words: ["data.tsv:1:", "a header line only"], cells: { $0 = [$0[0]] }),
    FitRefusal(
      "no complete row", words: ["data.tsv:1:", "'y' missing in 64 rows"],
      cells: FitRefusal.set(4) { _ in "NA" }),
    FitRefusal("an empty file", words: ["data.tsv:1:", "empty"], cells: { $0 = [] }),
    FitRefusal(
      "a row that is cut", words: ["data.tsv:5:", "6 fields", "7"],
      cells: { $0[4].removeLast() }),
    FitRefusal(
      "a weight of 0", flags: ["--weights", "weight"],
      words: ["data.tsv:6:weight", "found 0", "positive"],
      cells: FitRefusal.set(5, line: 6, to: "0")),
    FitRefusal(
      "a weight in words", flags: ["--weights", "weight"], words: ["data.tsv:6:weight", "'big'"],
      cells: FitRefusal.set(5, line: 6, to: "big")),
    FitRefusal(
      "an offset of text", flags: ["--offset", "arm"], words: ["data.tsv:2:arm", "'a'"]),
    FitRefusal(
      "a reference level that does not occur", flags: ["--reference", "arm=c"],
      words: ["data.tsv:arm", "'c'", "one of", "a, b"]),
    FitRefusal(
      "a reference level of a column that is not used", flags: ["--reference", "drug=a"],
      words: ["data.tsv:1:", "'drug'", "does not use"]),
    FitRefusal(
      "a reference level of a number", flags: ["--reference", "age=40"],
      words: ["data.tsv:age", "no factor of the model", "factor(age)"]),
  ])
  func `tables that cannot be used are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }

  @Test(arguments: [
    FitRefusal(
      "a factor of one level", words: ["data.tsv:arm", "a constant, 'a'", "leave it out"],
      cells: FitRefusal.set(1) { _ in "a" }),
    FitRefusal(
      "a constant covariate", words: ["data.tsv:age", "found a constant", "leave it out"],
      cells: FitRefusal.set(3) { _ in "50" }),
    FitRefusal(
      "collinear columns", formula: "y ~ time + I(2 * time) + (1 | patient)",
      words: ["data.tsv:time", "'I(2 * time)'", "a linear combination of time", "leave it out"]),
    FitRefusal(
      "one visit per patient", words: ["data.tsv:patient", "every patient has one"],
      cells: { rows in rows = [rows[0]] + stride(from: 1, to: 65, by: 4).map { rows[$0] } }),
    FitRefusal(
      "as many random effects as observations",
      words: ["32 observations", "32 random effects", "(1 | patient)"],
      cells: { rows in rows = [rows[0]] + rows.dropFirst().filter { $0[2] == "0" || $0[2] == "3" } }
    ),
    FitRefusal(
      "a random slope of what is constant within patients",
      formula: "y ~ time + age + (1 + age | patient)",
      words: ["data.tsv:age", "constant within every patient", "(1 | patient)"]),
    FitRefusal(
      "arms seen at different times",
      words: ["data.tsv:arm", "confounded", "'a' at 0.0 to 3.0", "'b' at 10.0 to 13.0"],
      cells: FitRefusal.set(2) { $0[1] == "b" ? "1" + $0[2] : $0[2] }),
    FitRefusal(
      "a grouping factor of one level", formula: "y ~ time + (1 | patient) + (1 | site)",
      words: ["data.tsv:site", "one level", "leave the term out"],
      cells: FitRefusal.set(6) { _ in "x" }),
    FitRefusal(
      "no random part", formula: "y ~ time", words: ["random part", "(1 + time | patient)"]),
    FitRefusal(
      "an arm with one patient", flags: ["--group-covariance", "arm"],
      words: ["data.tsv:arm", "1 patient with arm = b", "two or more", "--group-covariance"],
      cells: FitRefusal.set(1) { $0[0] == "p03" ? "b" : "a" }),
    FitRefusal(
      "covariances by what varies within patients", formula: "y ~ time + (1 | patient)",
      flags: ["--group-covariance", "site"], words: ["data.tsv:site", "varies within"]),
    FitRefusal(
      "covariances by a constant", formula: "y ~ time + (1 | patient)",
      flags: ["--group-covariance", "arm"], words: ["data.tsv:arm", "one level"],
      cells: FitRefusal.set(1) { _ in "a" }),
    FitRefusal(
      "a power of 0", flags: ["--residual-variance", "power:time"],
      words: ["data.tsv:2:time", "where 'time' is 0", "exp:time"]),
    FitRefusal(
      "an exponential of text", flags: ["--residual-variance", "exp:arm"],
      words: ["data.tsv:2:arm", "'a'", "numbers"]),
    FitRefusal(
      "residuals by a level with one row", flags: ["--residual-variance", "by:site"],
      words: ["data.tsv:6:site", "site = w", "one row", "by:site"],
      cells: FitRefusal.set(6, line: 6, to: "w")),
    FitRefusal(
      "two residual variances that say the same",
      flags: ["--residual-variance", "by:site,exp:weight"],
      words: ["data.tsv:site,weight", "not identifiable", "--residual-variance"],
      cells: FitRefusal.set(5) { $0[6] == "x" ? "1" : "3" }),
  ])
  func `models that cannot be told from the data are refused`(_ refusal: FitRefusal) throws {
    try refusal.check()
  }
}
