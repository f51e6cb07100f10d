import MixedModels

/// Estimates with tests, in lmerTest's layout.
package enum CoefficientTable {
  package static func lines(_ effects: [FixedEffect], name: (FixedEffect) -> String) -> [String] {
    let numbers = CompactNumber.coefficients([
      effects.map(\.estimate), effects.map(\.standardError),
    ])
    let isNormal = effects.allSatisfy { $0.degreesOfFreedom.isInfinite }
    var columns = TextColumns([.left, .right, .right, .right, .right, .right, .left])
    columns.append([
      "", "Estimate", "Std. Error", "df", isNormal ? "z value" : "t value",
      isNormal ? "Pr(>|z|)" : "Pr(>|t|)", "",
    ])
    let df = CompactNumber.column(effects.map { min($0.degreesOfFreedom, 1e8) }, digits: 5)
    for (row, effect) in effects.enumerated() {
      columns.append([
        name(effect), numbers[0][row], numbers[1][row],
        effect.degreesOfFreedom.isInfinite ? "Inf" : df[row],
        CompactNumber.fixed(effect.statistic, decimals: 3),
        CompactNumber.pValue(logarithm: effect.logPValue),
        CompactNumber.stars(logarithm: effect.logPValue),
      ])
    }
    return columns.lines
  }
}
