import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("The criterion of structured models")
struct StructuredCriterionTests {
  static func criterion(
    _ cohort: StructuredCohort, _ criterion: EstimationCriterion, isExtended: Bool = false
  ) -> StructuredCriterion {
    let made = StructuredCriterion(
      design: StructuredDesign(terms: cohort.terms, residual: cohort.residual),
      criterion: criterion, fixedCount: cohort.fixed.columns, isExtended: isExtended)
    made.load(cohort.fixed, at: 0)
    made.load(response: cohort.response)
    return made
  }

  /// A point inside, away from the optimum.
  static func point(_ made: StructuredCriterion, seed: UInt64) -> [Double] {
    var random = TestRandom(seed: seed)
    return made.parameters.start(scale: 0.9).map { $0 + 0.3 * random.normal() }
  }

  @Test(
    "is the textbook's with full matrices", arguments: StructuredCohort.Kind.allCases,
    [EstimationCriterion.reml, .ml])
  func isDense(kind: StructuredCohort.Kind, criterion: EstimationCriterion) {
    let cohort = StructuredCohort(kind, seed: 5)
    let made = Self.criterion(cohort, criterion)
    let x = Self.point(made, seed: 3)
    #expect(made.evaluate(at: x))
    let d = made.design.rotations.indices.map { term in
      let phi = made.design.rotations[term]
      return phi * (made.parameters.covariance(term, of: x) * phi.transposed)
    }
    let dense = StructuredTwin(cohort: cohort).criterion(
      d, phi: Array(x[made.parameters.covarianceCount...]), x: cohort.fixed,
      reml: criterion == .reml)
    // Elimination of 70 × 70 matrices in doubles.
    #expect(abs(made.value - dense) < 1e-9 * abs(dense))
  }

  @Test(
    "has the derivatives of its values", arguments: StructuredCohort.Kind.allCases,
    [EstimationCriterion.reml, .ml])
  func derivatives(kind: StructuredCohort.Kind, criterion: EstimationCriterion) throws {
    let cohort = StructuredCohort(kind, seed: 7)
    let made = Self.criterion(cohort, criterion)
    let x = Self.point(made, seed: 4)
    let point = try #require(made.point(at: x))
    let gauge = made.parameters.gauge(at: x)
    let scale =
      (0..<x.count).map { i in
        (0..<x.count).reduce(0) { max($0, abs(point.hessian[i, $1])) }
      }.max() ?? 1
    let step = 1e-5
    for i in x.indices {
      func moved(_ sign: Double) throws -> TrustRegion.Point {
        var at = x
        at[i] += sign * step
        return try #require(made.point(at: at))
      }
      let (up, down) = (try moved(1), try moved(-1))
      // Central differences: relative error of the order step², and 1e-12 of the value over step.
      #expect(abs((up.value - down.value) / (2 * step) - point.gradient[i]) < 1e-5 * scale)
      // The Hessian without what keeps T's rotations in place.
      for j in x.indices {
        let difference = (up.gradient[j] - down.gradient[j]) / (2 * step)
        let kept = gauge.reduce(0) { $0 + $1[i] * $1[j] }
        let free = point.hessian[i, j] - Self.stiffness(point, gauge) * kept
        #expect(abs(difference - free) < 1e-5 * scale, "entry \(i), \(j)")
      }
    }
  }

  /// What the Hessian has along T's rotations beyond the criterion's own: its trace there, since
  /// every direction got the same.
  private static func stiffness(_ point: TrustRegion.Point, _ gauge: [[Double]]) -> Double {
    guard !gauge.isEmpty else { return 0 }
    // max |H_ii| = c before the addition; it is found again as the fixed point of H_ii − c κ_i².
    let count = point.x.count
    var c = 0.0
    for _ in 0..<200 {
      var largest = 0.0
      for i in 0..<count {
        let kept = gauge.reduce(0) { $0 + $1[i] * $1[i] }
        largest = max(largest, abs(point.hessian[i, i] - c * kept))
      }
      c = largest
    }
    return c
  }

  @Test(
    "has no better neighbour at its optimum", arguments: StructuredCohort.Kind.allCases,
    [EstimationCriterion.reml, .ml])
  func optimum(kind: StructuredCohort.Kind, criterion: EstimationCriterion) throws {
    for seed in 1...4 {
      let cohort = StructuredCohort(kind, seed: UInt64(seed))
      let made = Self.criterion(cohort, criterion)
      let optimum = try #require(made.optimum())
      #expect(optimum.status != .flat)
      let best = made.value
      var random = TestRandom(seed: 9)
      for step in [1e-4, 1e-2, 0.3] {
        for _ in 0..<40 {
          #expect(made.evaluate(at: optimum.x.map { $0 + step * random.normal() }))
          #expect(made.value > best - 1e-8)
        }
      }
      // Another start ends no lower.
      let other = try #require(made.optimum(from: made.parameters.start(scale: 2)))
      #expect(made.value > best - 1e-6 && other.status != .flat)
    }
  }
}
