/// Which columns the pairs table of a scan has.
struct PairColumns: Sendable {
  /// Whether the only random effect is a slope.
  let firstEffectIsSlope: Bool
  /// Tested columns of a pair.
  let testedCount: Int
  let hasLikelihoodRatio: Bool
  /// Names of variance parameters beyond the donors'.
  let furtherComponents: [String]

  /// - Parameter randomNames: of the donors' term; empty where intercept and slope are told apart
  ///   otherwise.
  init(
    randomNames: [String] = [], testedCount: Int = 1, hasLikelihoodRatio: Bool = false,
    furtherComponents: [String] = []
  ) {
    firstEffectIsSlope = !randomNames.isEmpty && randomNames[0] != "(Intercept)"
    self.testedCount = testedCount
    self.hasLikelihoodRatio = hasLikelihoodRatio
    self.furtherComponents = furtherComponents
  }

  /// Whether a row has the numbers that all scans have and no others.
  var isPlain: Bool {
    testedCount == 1 && !hasLikelihoodRatio && furtherComponents.isEmpty
  }

  /// Pairs of tested columns, from 1, in the order of their covariances.
  private var blockPairs: [(Int, Int)] {
    (1...testedCount).flatMap { i in
      ((i + 1)..<max(i + 1, testedCount + 1)).map { (i, $0) }
    }
  }

  /// What the columns of every pairs table begin with.
  private static let start = [
    "#chrom", "pos", "variant_id", "ref", "alt", "phenotype_id", "start_distance", "n_samples",
    "n_donors", "af", "ma_samples", "ma_count", "b_g", "b_g_se", "pval_g", "b_i", "b_i_se",
    "pval_i",
  ]

  /// Whether a line is the header of a pairs table.
  static func areStart(of line: String) -> Bool {
    line.hasPrefix(start.joined(separator: "\t") + "\t") && line.hasSuffix("\tstatus")
  }

  /// The header line, without its line end.
  var header: String {
    var names = Self.start
    names += testNames
    names += ["sd_intercept", "sd_slope", "cor_intercept_slope", "sd_residual"]
    names += furtherComponents
    names += ["deviance", "status"]
    return names.joined(separator: "\t")
  }

  /// Where `pval_gi` stands in a row.
  var pValuePlace: Int? {
    header.split(separator: "\t").firstIndex(of: "pval_gi")
  }

  private var testNames: [String] {
    let ratio = hasLikelihoodRatio ? ["pval_lrt"] : []
    guard testedCount > 1 else {
      return ["b_gi", "b_gi_se", "stat_gi", "df_gi", "pval_gi"] + ratio + ["cov_b_g_b_gi"]
    }
    return (1...testedCount).flatMap { ["b_gi\($0)", "b_gi\($0)_se"] }
      + blockPairs.map { "cov_gi\($0)_gi\($1)" } + ["stat_gi", "df1_gi", "df_gi", "pval_gi"]
      + ratio + (1...testedCount).map { "cov_b_g_b_gi\($0)" }
  }
}
