import Foundation
import Testing

/// What `fit --json` says.
struct OracleReport: Decodable {
  struct Effect: Decodable {
    var term: String
    var estimate: Double, se: Double, df: Double?, p: Double, lower: Double, upper: Double
  }

  struct Component: Decodable {
    var group: String, term1: String, term2: String?, stratum: String?
    var sdOrCorrelation: Double, lower: Double?, upper: Double?
  }

  struct VarianceTest: Decodable {
    var name: String, statistic: Double, reference: String, p: Double
  }

  struct TermTest: Decodable {
    var term: String, statistic: Double, df1: Double, df2: Double, p: Double
  }

  var status: String
  var deviance: Double, aic: Double, bic: Double, parameters: Double
  var fixedEffects: [Effect]
  var varianceComponents: [Component]
  var residualSd: Double, residualSdLower: Double?, residualSdUpper: Double?
  var residualVariance: [String: Double]
  var residualVarianceIntervals: [String: [Double]]
  var tests: [VarianceTest]
  var contrasts: [Effect]?
  var marginalMeans: [Effect]?
  var meanDifferences: [Effect]?
  var slopes: [Effect]?
  var slopeDifferences: [Effect]?
  var anova: [TermTest]?

  /// Fits a table of `reference/predictions`.
  ///
  /// - Parameter arguments: paths of outputs are relative to the folder.
  init(
    _ data: String, _ arguments: [String], in folder: ScratchFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = FitOracle.folder.appendingPathComponent(data).path
    let result = try Command.slopeqtl(
      ["fit", path, "--json", "fit.json", "--quiet"] + arguments, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)", sourceLocation: sourceLocation)
    self = try FitReport.decoder.decode(OracleReport.self, from: try folder.bytes("fit.json"))
  }
}

/// Expects a number near another, `error` being relative to it.
func expectNear(
  _ value: Double?, _ wanted: Double, relative error: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs((value ?? .nan) - wanted) <= error * abs(wanted),
    "\(what): \(value ?? .nan), the reference has \(wanted)", sourceLocation: sourceLocation)
}
