/// Who is sampled when in a design that is measured.
struct BenchmarkDesign: Sendable {
  let name: String
  let donors: Int
  let visits: Int
  /// Share of the samples that is missing.
  let missing: Double
  /// Donor-level covariates: sex, the others numeric.
  let covariates: Int
  /// SD of random slopes per visit: so small that about a third of the fits are singular, as in real
  /// time courses.
  let slopeDeviation: Double
  /// Whether covariates are multiplied with time, as a scan does without `--formula`.
  let covariatesByTime: Bool

  /// The designs A to D, each with the default formula and with main effects of covariates only.
  static let all = [
    simulated("A", donors: 100, visits: 8, covariates: 12),
    simulated("B", donors: 100, visits: 8, missing: 0.15, covariates: 12),
    simulated("C", donors: 19, visits: 16, missing: 0.05, covariates: 8),
    simulated("D", donors: 500, visits: 4, covariates: 12, slopeDeviation: 0.03),
  ].flatMap { $0 }

  private static func simulated(
    _ name: String, donors: Int, visits: Int, missing: Double = 0, covariates: Int,
    slopeDeviation: Double = 0.015
  ) -> [BenchmarkDesign] {
    [true, false].map { byTime in
      BenchmarkDesign(
        name: byTime ? name : "\(name) main", donors: donors, visits: visits, missing: missing,
        covariates: covariates, slopeDeviation: slopeDeviation, covariatesByTime: byTime)
    }
  }

  /// The fitted model in formula notation.
  ///
  /// - Parameter names: the covariates.
  func formula(covariates names: [String]) -> String {
    let terms =
      ["time * genotype"] + names + (covariatesByTime ? names.map { "\($0):time" } : [])
    return "expression ~ \(terms.joined(separator: " + ")) + (1 + time | donor)"
  }
}
