import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("The sparse criterion of structured models")
struct SparseCriterionTests {
  typealias Kind = StructuredCohort.Kind

  /// All without a relationship matrix or a serial correlation, which have the dense criterion alone.
  static let kinds = Kind.allCases.filter {
    ![
      .kinship, .everything, .serial, .signedSerial, .serialStrata, .serialCrossed, .serialKinship,
    ].contains($0)
  }

  static func criterion(
    _ cohort: StructuredCohort, _ criterion: EstimationCriterion
  ) -> SparseCriterion {
    let made = SparseCriterion(
      design: StructuredDesign(terms: cohort.terms, residual: cohort.residual),
      criterion: criterion, fixedCount: cohort.fixed.columns)
    made.load(cohort.fixed, at: 0)
    made.load(response: cohort.response)
    return made
  }

  /// A point inside, and one where every T has a column of zeros.
  static func points(_ parameters: StructuredParameters, seed: UInt64) -> [[Double]] {
    var random = TestRandom(seed: seed)
    let inside = parameters.start(scale: 0.9).map { $0 + 0.3 * random.normal() }
    var singular = inside
    for (term, q) in parameters.sizes.enumerated() {
      for a in 0..<q { singular[parameters.offsets[term] + a * q + q - 1] = 0 }
    }
    return [inside, singular]
  }

  @Test(
    "has the dense criterion's values and derivatives", arguments: kinds,
    [EstimationCriterion.reml, .ml])
  func isDense(kind: Kind, criterion: EstimationCriterion) throws {
    let cohort = StructuredCohort(kind, seed: 5)
    let dense = StructuredCriterionTests.criterion(cohort, criterion)
    let sparse = Self.criterion(cohort, criterion)
    for x in Self.points(dense.parameters, seed: 3) {
      let one = try #require(dense.point(at: x, holdsRotations: false))
      let two = try #require(sparse.point(at: x, holdsRotations: false))
      #expect(abs(one.value - two.value) < 1e-10 * abs(one.value))
      #expect(abs(dense.residualSquares / sparse.residualSquares - 1) < 1e-11)
      let scale = (0..<x.count).reduce(1) { max($0, abs(one.hessian[$1, $1])) }
      for i in x.indices {
        // Two orders of the same sums.
        #expect(abs(one.gradient[i] - two.gradient[i]) < 1e-10 * scale, "\(i)")
        // Central differences with steps of 1e-4: 1e-8 of fourth derivatives.
        for j in x.indices {
          #expect(abs(one.hessian[i, j] - two.hessian[i, j]) < 1e-5 * scale, "\(i), \(j)")
        }
      }
      for (a, b) in zip(dense.coefficients, sparse.coefficients) { #expect(abs(a - b) < 1e-10) }
    }
  }

  @Test("has them with many coarse columns", arguments: [Kind.nested, .crossed, .mixed])
  func isDenseWhereLarge(kind: Kind) throws {
    // 20 families of two columns: the Schur complement is large enough for LAPACK.
    var cohort = StructuredCohort(kind, seed: 5, donors: 60, visits: 6)
    if kind == .crossed {
      var random = TestRandom(seed: 1)
      cohort.terms[1].levelNames = (0..<40).map(String.init)
      cohort.terms[1].levelOfRow = cohort.terms[1].levelOfRow.map { _ in
        Int(random.uniform() * 40)
      }
    }
    let dense = StructuredCriterionTests.criterion(cohort, .reml)
    let sparse = Self.criterion(cohort, .reml)
    #expect(kind != .mixed || sparse.pattern.clusters[0].coarseCount > 24)
    for x in Self.points(dense.parameters, seed: 3) {
      let one = try #require(dense.point(at: x, holdsRotations: false))
      let two = try #require(sparse.slope(at: x))
      #expect(abs(one.value - two.value) < 1e-10 * abs(one.value))
      for i in x.indices {
        #expect(abs(one.gradient[i] - two.gradient[i]) < 1e-9 * abs(one.hessian[i, i]) + 1e-8)
      }
    }
  }

  @Test("holds rotations as the dense criterion does", arguments: [Kind.quadratic, .nested])
  func rotations(kind: Kind) throws {
    let cohort = StructuredCohort(kind, seed: 2)
    let dense = StructuredCriterionTests.criterion(cohort, .reml)
    let sparse = Self.criterion(cohort, .reml)
    let x = Self.points(dense.parameters, seed: 6)[0]
    let free = try #require(sparse.point(at: x, holdsRotations: false))
    let held = try #require(sparse.point(at: x, holdsRotations: true))
    for direction in dense.parameters.gauge(at: x) {
      let added = zip(held.hessian * direction, free.hessian * direction).map { $0 - $1 }
      #expect(dotProduct(added, direction) > 0.5 * abs(held.hessian[0, 0]))
    }
    let exact = try #require(dense.point(at: x, holdsRotations: false))
    for direction in dense.parameters.gauge(at: x) {
      // Along rotations nothing is a difference.
      let rest = zip(exact.hessian * direction, free.hessian * direction).map { $0 - $1 }
      #expect(dotProduct(rest, rest).squareRoot() < 1e-5 * abs(held.hessian[0, 0]))
    }
  }

  @Test(
    "has the dense criterion's optimum and tests", arguments: kinds,
    [EstimationCriterion.reml, .ml])
  func optimum(kind: Kind, criterion: EstimationCriterion) throws {
    for seed in 1...4 {
      let cohort = StructuredCohort(kind, seed: UInt64(seed))
      let dense = StructuredCriterionTests.criterion(cohort, criterion)
      let sparse = Self.criterion(cohort, criterion)
      let one = try #require(dense.optimum())
      let two = try #require(sparse.optimum())
      #expect(one.status == two.status, "seed \(seed)")
      // A last step predicted to fall by less than 1e-7 is taken; Newton's next by its square.
      #expect(abs(dense.value - sparse.value) < 1e-8, "seed \(seed)")
      for method in [DegreesOfFreedomMethod.satterthwaite, .residual, .infinite] {
        let first = StructuredInference(criterion: dense, optimum: one, method: method)
        let second = StructuredInference(criterion: sparse, optimum: two, method: method)
        for column in 0..<3 {
          let contrast = (0..<3).map { $0 == column ? 1.0 : 0.1 }
          let (a, b) = (first.estimate(contrast), second.estimate(contrast))
          #expect(abs(a.value - b.value) < 1e-5 * a.standardError)
          #expect(abs(a.standardError / b.standardError - 1) < 1e-5)
          // Curvatures by differences, at a point known to 1e-4 of its parameters.
          let isSame = a.degreesOfFreedom == b.degreesOfFreedom
          #expect(
            isSame || abs(a.degreesOfFreedom / b.degreesOfFreedom - 1) < 1e-3, "seed \(seed)")
        }
      }
    }
  }

  @Test("takes new responses and new columns", arguments: [Kind.crossed, .strata, .mixed])
  func reloads(kind: Kind) throws {
    let cohort = StructuredCohort(kind, seed: 8)
    let made = Self.criterion(cohort, .reml)
    let x = Self.points(made.parameters, seed: 3)[0]
    #expect(made.evaluate(at: x))
    let before = (made.value, made.gradient())
    made.load(response: cohort.response.map { $0 * $0 })
    #expect(made.evaluate(at: x))
    #expect(made.value != before.0)
    made.load(response: cohort.response)
    made.load(cohort.fixed, at: 0)
    #expect(made.evaluate(at: x))
    #expect(made.value == before.0 && made.gradient() == before.1)
  }
}
