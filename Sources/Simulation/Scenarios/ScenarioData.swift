/// What a scenario writes.
struct ScenarioData {
  /// The data to be fitted.
  var table: TextTable
  /// The model and its parameters.
  var truth: ScenarioTruth
  /// The true random effects, in the layout of `fit --blups`.
  var effects = TextTable(["group", "level", "term", "effect"])
  /// Further tables by the suffix of their files.
  var others: [(suffix: String, table: TextTable)] = []

  /// Adds the effects of one level, in the order of the terms.
  mutating func append(effects values: [Double], of terms: [String], group: String, level: String) {
    for (term, value) in zip(terms, values) {
      effects.append([group, level, term, shortText(rounded(value, decimals: 6))])
    }
  }
}
