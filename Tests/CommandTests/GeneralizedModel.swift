import Foundation
import TestSupport
import Testing

/// A model of `reference/glmm`, fitted by R.
struct GeneralizedModel: Decodable, CustomTestStringConvertible, Sendable {
  struct Coefficient: Decodable, Sendable {
    let term: String
    let estimate: Double
    let se: Double
    let statistic: Double
    let p: Double
  }

  struct Term: Decodable, Sendable {
    let term: String
    let df: Double
    let wald: Double
    let waldP: Double
    let lrt: Double?
    let lrtP: Double?
  }

  /// Where lme4's optimisers ended.
  struct Peers: Decodable, Sendable {
    let bobyqaTight: Double?
    let nloptwrapTight: Double?
    let `default`: Double?
    let defaultCoefficientsOff: Double
  }

  let id: String
  let data: String
  let formula: String
  let family: String
  let agq: Int
  let weights: String?
  let offset: String?
  let nObservations: Int
  let groups: [String: Int]
  let deviance: Double
  let pearson: Double
  let fixedEffects: [Coefficient]
  let varianceComponents: [FitReport.Component]
  let terms: [Term]
  let lme4: Peers

  var testDescription: String { id }

  static let folder = CohortFiles.root.appendingPathComponent("reference/glmm")

  /// The flags of the model but for formula and family.
  var flags: [String] {
    var flags = ["--agq", "\(agq)"]
    if let weights { flags += ["--weights", weights] }
    if let offset { flags += ["--offset", offset] }
    return flags
  }

  /// Data sets beside the stored models end in `.tsv`, the classic ones in `.csv`.
  var path: String {
    data.hasSuffix(".tsv")
      ? Self.folder.appendingPathComponent(data).path : TestData.path("classics/\(data)")
  }

  /// Whether likelihood-ratio tests are stored.
  var hasLikelihoodTests: Bool { terms.contains { $0.lrt != nil } }

  /// All stored models; none where the file cannot be read, which a test of its own notes.
  static let stored: [GeneralizedModel] = {
    let data = try? Data(contentsOf: folder.appendingPathComponent("expected.json"))
    return data.flatMap { try? FitReport.decoder.decode([GeneralizedModel].self, from: $0) } ?? []
  }()

  /// Those whose data are here.
  static let all = stored.filter { FileManager.default.fileExists(atPath: $0.path) }

  /// A stored model by its name.
  static func named(_ id: String) throws -> GeneralizedModel {
    try #require(stored.first { $0.id == id }, "no model \(id)")
  }
}
