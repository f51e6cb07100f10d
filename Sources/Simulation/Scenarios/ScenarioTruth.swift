/// The parameters that a scenario's data were drawn from, under names that say where they stand:
/// fixed effects by their terms, `sd(term|group)`, `cor(term,term|group)`, `sd_residual`.
struct ScenarioTruth {
  private(set) var table = TextTable(["parameter", "value"])

  /// - Parameters:
  ///   - scenario: the data's name.
  ///   - formula: the true model.
  ///   - structures: what else `fit` needs for it: names of flags, with `_`, and their values.
  ///   - fixed: terms and their coefficients.
  init(
    _ scenario: Scenario, formula: String, structures: [(String, String)] = [],
    fixed: [(String, Double)]
  ) {
    table.append(["scenario", scenario.rawValue])
    table.append(["formula", formula])
    for (name, value) in structures { table.append([name, value]) }
    for (term, value) in fixed { append(term, value) }
  }

  mutating func append(_ parameter: String, _ value: Double) {
    table.append([parameter, shortText(value)])
  }

  /// Adds the deviations and the correlation of a group's random effects.
  ///
  /// - Parameter stratum: what these parameters are of, where they differ.
  mutating func append(_ pair: RandomPair, of terms: [String], group: String, stratum: String = "")
  {
    append("sd(\(terms[0])|\(group))\(stratum)", pair.sdIntercept)
    append("sd(\(terms[1])|\(group))\(stratum)", pair.sdSlope)
    append("cor(\(terms[0]),\(terms[1])|\(group))\(stratum)", pair.correlation)
  }
}
