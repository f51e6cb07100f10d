import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Satterthwaite's degrees of freedom in structured models")
struct StructuredSatterthwaiteTests {
  @Test(
    "are those of differences of the variance", arguments: StructuredCohort.Kind.allCases)
  func differences(kind: StructuredCohort.Kind) throws {
    let cohort = StructuredCohort(kind, seed: 12)
    let made = StructuredCriterionTests.criterion(cohort, .reml, isExtended: true)
    let optimum = try #require(made.optimum())
    let inverse = try #require(optimum.inverseHessian)
    for contrast in [[0, 1, 0], [0.5, -1, 0.7]] {
      #expect(made.evaluate(at: optimum.x))
      made.prepareForms()
      let estimate = StructuredInference(
        criterion: made, optimum: optimum, method: .satterthwaite
      ).estimate(contrast)
      func logVariance(_ x: [Double]) -> Double {
        #expect(made.evaluate(at: x))
        let half = made.solve(contrast)
        return log(made.residualSquares * half.reduce(0) { $0 + $1 * $1 })
      }
      let step = 1e-4
      let slope = optimum.x.indices.map { i -> Double in
        var (up, down) = (optimum.x, optimum.x)
        up[i] += step
        down[i] -= step
        return (logVariance(up) - logVariance(down)) / (2 * step)
      }
      let spread = zip(inverse * slope, slope).reduce(0) { $0 + $1.0 * $1.1 }
      let df = 1 / (1 / made.degreesOfFreedom + spread)
      // Differences of second order.
      #expect(abs(estimate.degreesOfFreedom / df - 1) < 1e-5)
    }
  }

  @Test("and the optimum of long series", arguments: [EstimationCriterion.reml, .ml])
  func longSeries(criterion: EstimationCriterion) throws {
    // 60 visits a subject, of which some are missing, and a known correlation.
    var cohort = StructuredCohort(.serial, seed: 4, donors: 12, visits: 60)
    var random = TestRandom(seed: 5)
    let serial = try #require(cohort.residual.serial)
    let design = StructuredDesign(terms: cohort.terms, residual: cohort.residual)
    let blocks = try #require(design.serial)
    var last = 0.0
    for (row, sample) in design.rowOrder.enumerated() {
      let tau = serial.parameter(typical: 0.6)
      let gap = blocks.gaps[row]
      let r = gap > 0 ? serial.link(gap: gap, tau: tau, by: .parameter).correlation : 0
      last = r * last + (1 - r * r).squareRoot() * random.normal()
      cohort.response[sample] = 1 + last
    }
    let made = StructuredCriterionTests.criterion(cohort, criterion)
    let optimum = try #require(made.optimum())
    #expect(optimum.status != .flat)
    let found = serial.correlation(optimum.x[optimum.x.count - 1])
    let truth = serial.correlation(serial.parameter(typical: 0.6))
    // About 640 rows: log ρ to a tenth or so.
    #expect(abs(log(found) / log(truth) - 1) < 0.3)
  }
}
