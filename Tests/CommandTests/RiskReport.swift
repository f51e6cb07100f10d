import Foundation
import Testing

/// What `slopeqtl risk --json` writes.
struct RiskReport: Decodable {
  struct Coefficient: Decodable {
    let term: String
    let estimate: Double
    let se: Double
    let lower: Double
    let upper: Double
  }

  struct Stage: Decodable {
    let nSubjects: Int
    let deviance: Double
    let coefficients: [Coefficient]
  }

  struct LeftOut: Decodable {
    let rowsLate: Int
    let rowsMissing: Int
    let withoutOutcomeRow: [String]
    let withoutTrajectory: [String]
    let withoutMeasurement: [String]
    let missingCovariates: [String]
    let eventBeforeLandmark: [String]
  }

  struct Bootstrap: Decodable {
    let replicates: Int
    let used: Int
    let unbounded: Int
  }

  let nSubjects: Int
  let nKnown: Int
  let nEvents: Int
  let event: String
  let coefficients: [Coefficient]
  let comparison: [String: Stage]
  let leftOut: LeftOut
  let apparent: [String: Double]
  let crossValidated: [String: Double]?
  let folds: Int
  let bootstrap: Bootstrap
  let warnings: [String]

  /// Runs `slopeqtl risk` on files of a folder and reads the object it prints.
  static func run(
    _ data: String, _ flags: [String], in folder: ScratchFolder
  ) throws -> RiskReport {
    let result = try Command.slopeqtl(
      ["risk", "\(data).tsv", "--outcomes", "\(data).outcomes.tsv", "--json", "-"] + flags,
      in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    return try FitReport.decoder.decode(RiskReport.self, from: Data(result.output.utf8))
  }
}

/// Tables of a risk model to be spoilt: 40 patients with 4 visits, line 2 the first; an event where
/// the slope is large, but for some.
enum RiskTables {
  static let flags = [
    "--formula", "y ~ time + (1 + time | patient)", "--outcome", "event", "--predictors", "slope",
    "--folds", "0", "--bootstrap", "0",
  ]

  private static func slope(_ patient: Int) -> Double { Double((patient * 11) % 17) / 10 }

  static let trajectories: [[String]] =
    [["patient", "time", "y"]]
    + (0..<160).map { row in
      let (patient, time) = (row / 4, row % 4)
      let residual = Double((row * row * 31 + row * 17) % 23) / 20
      let level = Double((patient * 37) % 19) / 8
      return [
        "p\(patient < 10 ? "0" : "")\(patient)", "\(time)",
        "\(5 + level + slope(patient) * Double(time) + residual)",
      ]
    }

  static let outcomes: [[String]] =
    [["patient", "age", "sex", "event", "years"]]
    + (0..<40).map { patient in
      let isEvent = slope(patient) + Double((patient * 7) % 10) / 5 > 1.8
      return [
        "p\(patient < 10 ? "0" : "")\(patient)", "\(40 + patient * 7 % 23)",
        patient % 3 == 0 ? "f" : "m", isEvent ? "1" : "0", isEvent ? "\(1 + patient % 5).5" : "NA",
      ]
    }

  static func write(
    to folder: ScratchFolder, trajectories change: (inout [[String]]) -> Void = { _ in },
    outcomes changeOutcomes: (inout [[String]]) -> Void = { _ in }
  ) throws {
    var (rows, outcomes) = (trajectories, outcomes)
    change(&rows)
    changeOutcomes(&outcomes)
    try folder.write(ids: rows.map { $0.joined(separator: "\t") }, to: "data.tsv")
    try folder.write(ids: outcomes.map { $0.joined(separator: "\t") }, to: "data.outcomes.tsv")
  }
}
