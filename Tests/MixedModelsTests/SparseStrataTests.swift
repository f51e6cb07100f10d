import LinearAlgebra
import Testing

@testable import MixedModels

/// Cross-products by strata of the residual against rows, sample by sample.
@Suite("Strata of the residual in the sparse criterion")
struct SparseStrataTests {
  /// Kinds with every random part, residuals in strata, weights in some.
  private static func cohort(_ kind: StructuredCohort.Kind, seed: UInt64) -> StructuredCohort {
    var cohort = StructuredCohort(kind, seed: seed)
    guard cohort.residual.parameterCount == 0 else { return cohort }
    let weights = cohort.residual.weights
    let rows = cohort.response.indices
    cohort.residual = .strata(
      levelOfRow: rows.map { ($0 * $0 + $0 / 3) % 3 }, levelNames: ["a", "b", "c"])
    cohort.residual.weights = weights
    return cohort
  }

  private static func criterion(
    _ cohort: StructuredCohort, _ criterion: EstimationCriterion, usesStrata: Bool
  ) -> SparseCriterion {
    let made = SparseCriterion(
      design: StructuredDesign(terms: cohort.terms, residual: cohort.residual),
      criterion: criterion, fixedCount: cohort.fixed.columns, usesStrata: usesStrata)
    made.load(cohort.fixed, at: 0)
    made.load(response: cohort.response)
    return made
  }

  @Test(
    "have the rows' values, gradients and inference",
    arguments: [
      StructuredCohort.Kind.strata, .uncorrelated, .quadratic, .crossed, .nested, .weighted,
      .groups, .mixed,
    ], [EstimationCriterion.reml, .ml])
  func areRows(kind: StructuredCohort.Kind, criterion: EstimationCriterion) throws {
    let cohort = Self.cohort(kind, seed: 5)
    let rows = Self.criterion(cohort, criterion, usesStrata: false)
    let strata = Self.criterion(cohort, criterion, usesStrata: true)
    for x in SparseCriterionTests.points(rows.parameters, seed: 3) {
      let one = try #require(rows.slope(at: x))
      let two = try #require(strata.slope(at: x))
      // Two orders of the same sums.
      #expect(abs(one.value - two.value) < 1e-11 * abs(one.value))
      let scale = one.gradient.reduce(1) { max($0, abs($1)) }
      for i in x.indices { #expect(abs(one.gradient[i] - two.gradient[i]) < 1e-10 * scale, "\(i)") }
      for (a, b) in [
        (rows.scoreSquares(), strata.scoreSquares()),
        (rows.squares(ofFixed: [1, -0.5, 2]), strata.squares(ofFixed: [1, -0.5, 2])),
      ] {
        let size = a.reduce(1) { max($0, abs($1)) }
        for i in a.indices { #expect(abs(a[i] - b[i]) < 1e-10 * size, "\(i)") }
      }
      for (a, b) in zip(rows.effects().joined(), strata.effects().joined()) {
        #expect(abs(a - b) < 1e-10)
      }
    }
  }

  @Test("take new responses and new columns")
  func reload() throws {
    let cohort = Self.cohort(.mixed, seed: 8)
    let made = Self.criterion(cohort, .reml, usesStrata: true)
    let x = SparseCriterionTests.points(made.parameters, seed: 3)[0]
    #expect(made.evaluate(at: x))
    let before = (made.value, made.gradient())
    made.load(response: cohort.response.map { $0 * $0 })
    #expect(made.evaluate(at: x) && made.value != before.0)
    made.load(response: cohort.response)
    made.load(cohort.fixed, at: 0)
    #expect(made.evaluate(at: x))
    #expect(made.value == before.0 && made.gradient() == before.1)
  }

  @Test("serve where rows are many, and residuals are of strata alone")
  func serve() {
    let small = Self.cohort(.strata, seed: 1)
    var large = StructuredCohort(.strata, seed: 1, donors: 10, visits: 200)
    #expect(Self.serves(large) && !Self.serves(small))
    let time = (0..<large.response.count).map { Double($0 % 7) }
    large.residual = large.residual.combined(with: .exponential(time))
    #expect(!Self.serves(large))
    large.residual = .homogeneous(samples: time.count)
    #expect(!Self.serves(large))
  }

  private static func serves(_ cohort: StructuredCohort) -> Bool {
    SparseCriterion(
      design: StructuredDesign(terms: cohort.terms, residual: cohort.residual), criterion: .reml,
      fixedCount: 3
    ).strata != nil
  }
}
