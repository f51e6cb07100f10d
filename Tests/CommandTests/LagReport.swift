import Foundation
import Testing

/// What `slopeqtl lag --json` writes.
struct LagReport: Decodable {
  struct Estimate: Decodable {
    let estimate: Double, se: Double, lower: Double, upper: Double, p: Double
    let term: String?
  }

  struct Paths: Decodable {
    let xToX: Estimate, yToX: Estimate, xToY: Estimate, yToY: Estimate

    var all: [Estimate] { [xToX, yToX, xToY, yToY] }
  }

  struct Spread: Decodable {
    let sdX: Double, sdY: Double, correlation: Double?

    var all: [Double?] { [sdX, sdY, correlation] }
  }

  struct Statements: Decodable {
    let result: String
    let may: [String], mayNot: [String]
  }

  let x: String, y: String, subject: String, time: String
  let status: String, conclusion: String, criterion: String
  let deviance: Double
  let nObservations: Int, pairsUsed: Int, subjects: Int
  let groups: [String: Int], pairsDropped: [String: Int]
  let fixedEffects: [Estimate]
  let paths: Paths, standardizedPaths: Paths
  let comparison: Estimate
  let randomIntercepts: Spread, residuals: Spread
  let statements: Statements
  let warnings: [String]

  /// Runs `slopeqtl lag` and reads the object it prints.
  static func run(
    _ arguments: [String], in folder: ScratchFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> LagReport {
    let result = try Command.slopeqtl(["lag"] + arguments + ["--json", "-"], in: folder)
    #expect(result.exitCode == 0, "\(arguments): \(result.errors)", sourceLocation: sourceLocation)
    return try FitReport.decoder.decode(LagReport.self, from: Data(result.output.utf8))
  }
}
