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
    let point = try #require(made.point(at: x, holdsRotations: false))
    let scale =
      (0..<x.count).map { i in
        (0..<x.count).reduce(0) { max($0, abs(point.hessian[i, $1])) }
      }.max() ?? 1
    let step = 1e-5
    for i in x.indices {
      func moved(_ sign: Double) throws -> TrustRegion.Point {
        var at = x
        at[i] += sign * step
        return try #require(made.point(at: at, holdsRotations: false))
      }
      let (up, down) = (try moved(1), try moved(-1))
      // Central differences: relative error of the order step², and 1e-12 of the value over step.
      #expect(abs((up.value - down.value) / (2 * step) - point.gradient[i]) < 1e-5 * scale)
      for j in x.indices {
        let difference = (up.gradient[j] - down.gradient[j]) / (2 * step)
        #expect(abs(difference - point.hessian[i, j]) < 1e-5 * scale, "entry \(i), \(j)")
      }
    }
  }

  @Test("changes nothing along rotations of a term's factor")
  func rotations() throws {
    let made = Self.criterion(StructuredCohort(.everything, seed: 2), .reml)
    let x = Self.point(made, seed: 6)
    let point = try #require(made.point(at: x, holdsRotations: false))
    let directions = made.parameters.gauge(at: x)
    // One for the donors and one for the families, of two columns each.
    #expect(directions.count == 2)
    for direction in directions {
      let slope = zip(point.gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(slope) < 1e-10 * point.gradient.reduce(0) { $0 + abs($1) })
    }
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
