import Foundation
import Testing

/// A model of `reference/classics`, fitted by R.
struct ClassicModel: Decodable, CustomTestStringConvertible, Sendable {
  struct Coefficient: Decodable, Sendable {
    let term: String
    let estimate: Double
    let se: Double
    let t: Double
    let df: Double?
    let p: Double?
    let krSe: Double?
    let krDf: Double?
    let krT: Double?
    let krP: Double?
  }

  let id: String
  let data: String
  let formula: String
  let criterion: String
  let flags: [String]?
  let nObservations: Int
  let groups: [String: Int]?
  let deviance: Double
  let singular: Bool?
  let fixedEffects: [Coefficient]
  let varianceComponents: [FitReport.Component]
  let residualSd: Double
  let residualVariance: [String: Double]?

  var testDescription: String { id }

  /// The flags of the model.
  var modelFlags: [String] {
    ["--formula", formula, "--criterion", criterion] + (flags ?? [])
  }

  /// All models of one of the files; none where it cannot be read, which a test of its own notes.
  static func all(_ name: String) -> [ClassicModel] {
    let url = CohortFiles.root.appendingPathComponent("reference/classics/\(name)")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return (try? FitReport.decoder.decode([ClassicModel].self, from: data)) ?? []
  }
}
