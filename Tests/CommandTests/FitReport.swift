import Foundation
import Testing

/// What `slopeqtl fit --json` writes, and what the scripts of `reference/classics` write in the same
/// keys.
struct FitReport: Decodable {
  struct Coefficient: Decodable {
    let term: String
    let estimate: Double
    let se: Double
    let df: Double?
    let statistic: Double?
    let p: Double?
    let lower: Double?
    let upper: Double?
  }

  struct Component: Decodable, Sendable {
    let group: String
    let term1: String
    let term2: String?
    let covariance: Double
    let sdOrCorrelation: Double?
    let lower: Double?
    let upper: Double?
  }

  let formula: String
  let criterion: String
  let deviance: Double
  let status: String
  let nObservations: Int
  let groups: [String: Int]
  let fixedEffects: [Coefficient]
  let varianceComponents: [Component]
  let residualSd: Double
  let residualVariance: [String: Double]?
  let warnings: [String]?

  /// Runs `slopeqtl fit` on a file in a folder and reads the object it prints.
  static func run(
    _ data: String, _ flags: [String], in folder: ScratchFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> FitReport {
    let result = try Command.slopeqtl(["fit", data] + flags + ["--json", "-"], in: folder)
    #expect(result.exitCode == 0, "\(flags): \(result.errors)", sourceLocation: sourceLocation)
    return try decoder.decode(FitReport.self, from: Data(result.output.utf8))
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
