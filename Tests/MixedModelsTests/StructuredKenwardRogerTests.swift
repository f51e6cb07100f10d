import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Kenward and Roger's inference in structured models")
struct StructuredKenwardRogerTests {
  /// The paper's formulas over the entries of all covariances, φ and the residual variance, with full
  /// matrices, at a point of the criterion.
  static func dense(
    _ cohort: StructuredCohort, _ made: StructuredCriterion, at x: [Double]
  ) -> DenseKenwardRoger {
    let twin = StructuredTwin(cohort: cohort)
    let phi = Array(x[made.parameters.covarianceCount...])
    let d = made.design.rotations.indices.map { term in
      let rotation = made.design.rotations[term]
      return rotation * (made.parameters.covariance(term, of: x) * rotation.transposed)
    }
    let zeros = d.map { Matrix(rows: $0.rows, columns: $0.columns) }
    let residual = twin.covariance(zeros, phi: phi)
    let n = cohort.response.count
    func scaled(_ factor: (Int) -> Double) -> [[Double]] {
      (0..<n).map { i in residual[i].map { $0 * factor(i) } }
    }
    var slopes: [[[Double]]] = []
    for (term, matrix) in d.enumerated() {
      for a in 0..<matrix.rows {
        for b in 0...a {
          var unit = zeros
          unit[term][a, b] = 1
          unit[term][b, a] = 1
          let all = twin.covariance(unit, phi: phi)
          slopes.append((0..<n).map { i in (0..<n).map { all[i][$0] - residual[i][$0] } })
        }
      }
    }
    // R is exponential in φ and linear in the residual variance, which is 1 here.
    let first = slopes.count
    var curvatures: [[Int]: [[Double]]] = [:]
    let covariates = cohort.residual.covariates
    for k in phi.indices {
      slopes.append(scaled { 2 * covariates[$0, k] })
      let last = first + phi.count
      curvatures[[first + k, last]] = scaled { 2 * covariates[$0, k] }
      curvatures[[last, first + k]] = curvatures[[first + k, last]]
      for l in phi.indices {
        curvatures[[first + k, first + l]] = scaled { 4 * covariates[$0, k] * covariates[$0, l] }
      }
    }
    slopes.append(residual)
    return DenseKenwardRoger(
      x: (0..<n).map { i in (0..<3).map { cohort.fixed[i, $0] } },
      covariance: twin.covariance(d, phi: phi), slopes: slopes, curvatures: curvatures)
  }

  @Test("is the paper's formulas with full matrices", arguments: StructuredCohort.Kind.allCases)
  func isDense(kind: StructuredCohort.Kind) throws {
    let cohort = StructuredCohort(kind, seed: 11)
    let made = StructuredCriterionTests.criterion(cohort, .reml, isExtended: true)
    let optimum = try #require(made.optimum())
    made.prepareForms()
    let dense = Self.dense(cohort, made, at: optimum.x)
    let inference = StructuredInference(
      criterion: made, optimum: optimum, method: .kenwardRoger)
    for column in 0..<3 {
      let contrast = (0..<3).map { $0 == column ? 1.0 : 0 }
      let estimate = inference.estimate(contrast)
      let variance = inference.residualVariance * dense.adjusted[column][column]
      // Inverses of 70 × 70 matrices and of an information of up to twelve parameters.
      #expect(abs(estimate.standardError / variance.squareRoot() - 1) < 1e-7, "column \(column)")
      let test = dense.test(coefficient: column)
      #expect(
        abs(estimate.degreesOfFreedom / test.degreesOfFreedom - 1) < 1e-5, "column \(column)")
    }
  }
}
