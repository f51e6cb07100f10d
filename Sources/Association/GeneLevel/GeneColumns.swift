/// Which columns a scan's table of genes has.
struct GeneColumns {
  let options: GeneLevelOptions
  /// Tested columns of a pair.
  var testedCount = 1
  /// Where several are tested: those columns at every time.
  var basis: TimeBasisTable?
  /// Whether lead variants are tested without each donor.
  var hasJackknife = false

  /// Of gene-level p-values, in the order of the table, those asked for.
  var names: [String] {
    var names: [String] = []
    if options.has("acat") { names.append("pval_acat") }
    if options.has("emt") { names += ["pval_emt", "tests_emt"] }
    if options.has("bootstrap") { names.append("pval_boot") }
    if options.has("permutation") { names.append("pval_perm") }
    if options.isRandom { names += ["beta_shape1", "beta_shape2", Self.nominalThreshold] }
    return names
  }

  static let nominalThreshold = "pval_nominal_threshold"
}
