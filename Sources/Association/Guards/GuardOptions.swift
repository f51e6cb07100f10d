/// What a scan is told beyond its model to guard against single donors and values.
package struct GuardOptions: Sendable, Equatable {
  /// Whether every gene's expression is replaced by normal quantiles of its ranks.
  package var normal = false
  /// Whether lead variants are fitted again without each donor.
  package var jackknife = false

  package init() {}

  /// What the tables depend on, by flag.
  var settings: [String: String] {
    ["normal": normal ? "(rank − 0.5)/n" : "no", "jackknife": jackknife ? "yes" : "no"]
  }

  /// Said once of `--normal`.
  static let normalWarning =
    "expression is replaced by normal quantiles of each gene's ranks (--normal): whether effects "
    + "depend on time depends on the scale of expression, so that this can make interactions or "
    + "hide them; compare with a scan without it"
}
