/// Who is sampled when in a design that is measured.
struct BenchmarkDesign: Sendable {
  let name: String
  let donors: Int
  let visits: Int
  /// Share of the samples that is missing.
  let missing: Double
  /// Donor-level covariates: sex, the others numeric.
  let covariates: Int
  /// Whether covariates are multiplied with time, as a scan does without `--formula`.
  let covariatesByTime: Bool

  /// The designs A to D, each with the default formula and with main effects of covariates only.
  static let all = [
    ("A", 100, 8, 0, 12), ("B", 100, 8, 0.15, 12), ("C", 19, 16, 0.05, 8), ("D", 500, 4, 0, 12),
  ].flatMap { (name: String, donors: Int, visits: Int, missing: Double, covariates: Int) in
    [true, false].map { byTime in
      BenchmarkDesign(
        name: byTime ? name : "\(name) main", donors: donors, visits: visits, missing: missing,
        covariates: covariates, covariatesByTime: byTime)
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
