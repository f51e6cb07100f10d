import Foundation
import Testing

/// What `reference/predictions` has of one model: by full covariance matrices (`oracle.py`).
struct FitOracle: Decodable, Sendable, CustomTestStringConvertible {
  struct Fixed: Decodable, Sendable {
    var estimate: [Double], se: [Double], df: [Double]
  }

  struct Component: Decodable, Sendable {
    var group: String, term1: String, term2: String?, stratum: String?
    var sdOrCorrelation: Double, lower: Double?, upper: Double?
  }

  struct Effect: Decodable, Sendable {
    var group: String, level: String, term: String
    var estimate: Double, se: Double, olsEstimate: Double?, shrinkage: Double

    var key: String { "\(group) \(level) \(term)" }
  }

  struct Visits: Decodable, Sendable {
    struct Visit: Decodable, Sendable {
      var status: String, time: Double, risk: Double
    }

    var threshold: Double, risk: Double, until: Double
    var subjects: [String: Visit]
  }

  var name: String
  var data: String
  var flags: [String]
  var status: String
  var deviance: Double
  var fixed: Fixed
  var components: [Component]
  /// log σ and the residual's parameters, each with its interval.
  var logResidual: [[Double]]
  var randomEffects: [Effect]
  /// Of slope variances that are equal in both groups.
  var equalSlopes: Double?
  /// Rows to predict, and by output column what they get.
  var new: String?
  var threshold: Double?
  var predictions: [String: [Double]]?
  var visits: Visits?

  var testDescription: String { name }

  static let folder = CohortFiles.root.appendingPathComponent("reference/predictions")

  /// All models; none where the file cannot be read, which a test notices.
  static let all: [FitOracle] = {
    let data = try? Data(contentsOf: folder.appendingPathComponent("expected.json"))
    return data.flatMap { try? FitReport.decoder.decode([FitOracle].self, from: $0) } ?? []
  }()
}
