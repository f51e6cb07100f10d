import Foundation
import Testing

/// What `slopeqtl fit --family --json` writes.
struct GeneralizedReport: Decodable {
  struct Dispersion: Decodable {
    let ratio: Double
    let statistic: Double
    let df: Double
    let p: Double
  }

  /// Wald's test of a term: F, of which the χ² is df1 times.
  struct WaldTest: Decodable {
    let term: String
    let df1: Double
    let statistic: Double
    let p: Double
  }

  struct LikelihoodTest: Decodable {
    let term: String
    let df: Double
    let statistic: Double
    let p: Double
  }

  let formula: String
  let family: String
  let link: String
  let approximation: String
  let quadraturePoints: Int
  let success: String?
  let deviance: Double
  let logLikelihood: Double
  let aic: Double
  let bic: Double
  let parameters: Int
  let status: String
  let nObservations: Int
  let nDropped: Int
  let groups: [String: Int]
  let fixedEffects: [FitReport.Coefficient]
  let varianceComponents: [FitReport.Component]
  let dispersion: Dispersion?
  let anova: [WaldTest]?
  let likelihoodRatioTests: [LikelihoodTest]?
  let warnings: [String]

  /// A coefficient by its name.
  func effect(_ term: String) throws -> FitReport.Coefficient {
    try #require(fixedEffects.first { $0.term == term }, "no \(term)")
  }

  /// The SD of the only random effect.
  var deviation: Double? { varianceComponents.first?.sdOrCorrelation }

  /// Runs `slopeqtl fit` on a file in a folder and reads the object it prints.
  static func run(
    _ data: String, _ formula: String, _ family: String, _ flags: [String] = [],
    in folder: ScratchFolder, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> GeneralizedReport {
    let result = try Command.slopeqtl(
      ["fit", data, "--formula", formula, "--family", family, "--json", "-"] + flags, in: folder)
    #expect(
      result.exitCode == 0, "\(formula) \(flags): \(result.errors)", sourceLocation: sourceLocation)
    return try FitReport.decoder.decode(GeneralizedReport.self, from: Data(result.output.utf8))
  }
}
