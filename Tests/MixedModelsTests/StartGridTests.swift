import LinearAlgebra
import Testing

@testable import MixedModels

/// The slow twin of the ranking of starts is the criterion itself.
@Suite("The grid of starts")
struct StartGridTests {
  @Test(
    "values its points as the criterion does",
    arguments: [RandomEffectShape.full, .diagonal, .scalar], [EstimationCriterion.reml, .ml])
  func values(shape: RandomEffectShape, criterion: EstimationCriterion) throws {
    for seed in 1...6 as ClosedRange<UInt64> {
      let cohort = TestCohort(seed: seed, missing: seed == 1 ? 0 : 0.2, shape: shape)
      let design = try DesignCrossProducts(cohort.matrices)
      let response = ResponseCrossProducts(design: design, response: cohort.response)
      let evaluator = ProfiledCriterion(
        design: design, criterion: criterion, includesGenotype: false)
      let values = design.startGrid.values(
        response: response, criterion: criterion,
        degreesOfFreedom: evaluator.scale.degreesOfFreedom)
      #expect(design.startGrid.points == StartGrid.starts(shape))
      for (point, value) in zip(design.startGrid.points, values) {
        let slow = try #require(
          evaluator.evaluate(at: point, response: response, pair: nil)?.value)
        // At 1 − 1e-6 six digits of A cancel, of the sixteen that it has.
        #expect(abs(value - slow) < 1e-8 * max(1, abs(slow)), "seed \(seed) at \(point)")
      }
    }
  }
}
