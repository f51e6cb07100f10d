import Testing

@testable import MixedModels

@Suite struct LinearInteractionTests {
  @Test(arguments: [
    ("time * genotype + sex:time", true), ("genotype:time", true),
    ("genotype + time:genotype + genotype:sex", true), ("genotype * log(time)", false),
    ("genotype * time + genotype:I(time^2)", false), ("time * genotype * sex", false),
    ("genotype * poly(time, 2)", false), ("genotype + time", false),
  ])
  func `the effect is linear in time where genotype meets time itself alone`(
    _ fixed: String, _ isLinear: Bool
  ) throws {
    let formula = try Formula("expression ~ \(fixed) + (1 + time | donor)")
    #expect(formula.hasLinearInteraction == isLinear)
  }
}
