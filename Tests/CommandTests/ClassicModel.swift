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

  struct Component: Decodable, Sendable {
    let group: String
    let term1: String
    let term2: String?
    let covariance: Double
    let sdOrCorrelation: Double?
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
  let varianceComponents: [Component]
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

  /// A nested group or level with its parts in the order of the group's sorted parts: lme4 has
  /// `cask:batch` and `a:A`, slopeqtl `batch:cask` and `A:a`.
  static func canonical(group: String, level: String = "") -> String {
    let names = group.split(separator: ":").map(String.init)
    let levels = level.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let order = names.indices.sorted { names[$0] < names[$1] }
    let sorted = order.map { names[$0] }.joined(separator: ":")
    guard levels.count == names.count else { return "\(sorted) \(level)" }
    return "\(sorted) " + order.map { levels[$0] }.joined(separator: ":")
  }
}
