import Foundation
import Testing

/// Tables and flags that `risk` refuses, each with its place and the way out.
@Suite struct RiskRefusalTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var exitCode: Int32 = 65
    var flags: [String] = []
    let words: [String]
    var trajectories: @Sendable (inout [[String]]) -> Void = { _ in }
    var outcomes: @Sendable (inout [[String]]) -> Void = { _ in }

    init(
      _ name: String, exitCode: Int32 = 65, flags: [String] = [], words: [String],
      trajectories: @escaping @Sendable (inout [[String]]) -> Void = { _ in },
      outcomes: @escaping @Sendable (inout [[String]]) -> Void = { _ in }
    ) {
      testDescription = name
      self.exitCode = exitCode
      self.flags = flags
      self.words = words
      self.trajectories = trajectories
      self.outcomes = outcomes
    }
  }

  @Test(arguments: [
    Refusal(
      "no column of subjects", words: ["data.outcomes.tsv:1:", "no 'patient'", "id, age"],
      outcomes: { $0[0][0] = "id" }),
    Refusal(
      "no outcome column", flags: ["--outcome", "death"],
      words: ["data.outcomes.tsv:1:", "no 'death'", "one of patient, age"]),
    Refusal(
      "a subject twice",
      words: ["data.outcomes.tsv:9:patient", "'p02', which is on line 4 too", "one row a subject"],
      outcomes: { $0[8][0] = "p02" }),
    Refusal(
      "a subject without a name", words: ["data.outcomes.tsv:6:patient", "name the subject"],
      outcomes: { $0[5][0] = "NA" }),
    Refusal(
      "an outcome of 2", words: ["data.outcomes.tsv:5:event", "'2'", "0, 1 or NA"],
      outcomes: { $0[4][3] = "2" }),
    Refusal(
      "three words", words: ["data.outcomes.tsv:", "event", "two levels", "0, 1, maybe"],
      outcomes: { $0[6][3] = "maybe" }),
    Refusal(
      "one class", words: ["one class", "0 events among 40", "'1'"],
      outcomes: { rows in for row in 1..<rows.count { rows[row][3] = "0" } }),
    Refusal(
      "ids written in another way", words: ["no subject in common", "P00", "written alike"],
      outcomes: { rows in
        for row in 1..<rows.count { rows[row][0] = "P" + rows[row][0].dropFirst() }
      }
    ),
    Refusal(
      "complete separation", flags: ["--covariates", "age"],
      words: ["data.outcomes.tsv:1:event", "complete separation by", "age"],
      outcomes: { rows in
        for row in 1..<rows.count {
          rows[row][1] = rows[row][3] == "1" ? "7\(row % 10)" : "4\(row % 10)"
        }
      }),
    Refusal(
      "a covariate that is constant", flags: ["--covariates", "age"],
      words: ["depend on one another", "(Intercept), age, slope"],
      outcomes: { rows in for row in 1..<rows.count { rows[row][1] = "50" } }),
    Refusal(
      "no such random effect", flags: ["--predictors", "blup:age"],
      words: ["no such random effect", "'blup:age'", "(Intercept), time"].filter {
        $0 != "'blup:age'"
      }),
    Refusal(
      "a slope of bent trajectories",
      flags: ["--formula", "y ~ poly(time, 2) + (1 + time | patient)"],
      words: ["data.tsv:1:", "no lines", "slope@T"]),
    Refusal(
      "other groups", flags: ["--formula", "y ~ time + (1 + time | patient) + (1 | time)"],
      words: ["no others", "patient, time", "one grouping factor"]),
    Refusal(
      "residuals by fitted values", flags: ["--residual-variance", "power:fitted"],
      words: ["fitted values", "power:fitted"]),
    Refusal(
      "a level without a time", flags: ["--formula", "y ~ time + (1 | patient)"],
      words: ["needs a time", "'slope'", "--time"]),
    Refusal(
      "a predictor that means nothing", exitCode: 64, flags: ["--predictors", "speed"],
      words: ["--predictors 'speed'", "level@T"]),
    Refusal(
      "covariates with a random part", exitCode: 64, flags: ["--covariates", "(1 | sex)"],
      words: ["--covariates", "random part"]),
    Refusal(
      "trajectories of another family", exitCode: 64, flags: ["--family", "poisson"],
      words: ["--family"]),
    Refusal(
      "too few replicates", exitCode: 64, flags: ["--bootstrap", "5"],
      words: ["--bootstrap 5", "20 or more"]),
    Refusal("one fold", exitCode: 64, flags: ["--folds", "1"], words: ["--folds 1", "2 to 1000"]),
    Refusal(
      "one path for two files", exitCode: 64, flags: ["--risks", "x", "--coefficients", "x"],
      words: ["'x' stands for two files"]),
    Refusal(
      "replicates of no bootstrap", exitCode: 64, flags: ["--replicates", "x"],
      words: ["--replicates needs --bootstrap"]),
    Refusal(
      "no outcome table", exitCode: 66, flags: ["--outcomes", "none.tsv"], words: ["none.tsv"]),
  ])
  func `what cannot serve is refused with its place and the way out`(_ refusal: Refusal) throws {
    let folder = try ScratchFolder()
    try RiskTables.write(
      to: folder, trajectories: refusal.trajectories, outcomes: refusal.outcomes)
    let before = folder.names()
    // A flag given twice counts the last time.
    let result = try Command.slopeqtl(
      ["risk", "data.tsv", "--outcomes", "data.outcomes.tsv"] + RiskTables.flags + refusal.flags,
      in: folder)
    #expect(result.exitCode == refusal.exitCode, "\(result.errors)")
    #expect(result.missing(refusal.words) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(folder.names() == before)
  }
}
