import Glibc
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
    let parts = residualParts(cohort, residual: residual, phi: phi, at: made)
    let last = first + parts.slopes.count
    slopes += parts.slopes
    for k in parts.slopes.indices {
      curvatures[[first + k, last]] = parts.slopes[k]
      curvatures[[last, first + k]] = parts.slopes[k]
      for l in parts.slopes.indices { curvatures[[first + k, first + l]] = parts.curvatures[k][l] }
    }
    slopes.append(residual)
    return DenseKenwardRoger(
      x: (0..<n).map { i in (0..<3).map { cohort.fixed[i, $0] } },
      covariance: twin.covariance(d, phi: phi), slopes: slopes, curvatures: curvatures)
  }

  /// The derivatives of R by φ and, unless it lies at its bound, by ρ over the design's unit of time.
  private static func residualParts(
    _ cohort: StructuredCohort, residual: [[Double]], phi: [Double], at made: StructuredCriterion
  ) -> (slopes: [[[Double]]], curvatures: [[[[Double]]]]) {
    let x = cohort.residual.covariates
    let samples = residual.indices
    // Every entry's derivatives are its own multiples: of R_ij by φ, of that and the power of ρ.
    func matrix(_ factor: (Int, Int) -> Double) -> [[Double]] {
      samples.map { i in
        samples.map { j in residual[i][j] == 0 ? 0 : factor(i, j) * residual[i][j] }
      }
    }
    var logSlopes = (0..<x.columns).map { k in { (i: Int, j: Int) in x[i, k] + x[j, k] } }
    var rho = 1.0
    func gap(_ i: Int, _ j: Int) -> Double {
      cohort.residual.serial.map { abs($0.times[i] - $0.times[j]) / $0.unit } ?? 0
    }
    if let serial = cohort.residual.serial, made.tellsCorrelation {
      let u = tanh(phi[phi.count - 1])
      rho = serial.isSigned ? u : u * u
      logSlopes.append { gap($0, $1) / rho }
    }
    let correlation = logSlopes.count > x.columns ? x.columns : -1
    let curvatures = logSlopes.indices.map { k in
      logSlopes.indices.map { l in
        matrix { i, j in
          let product = logSlopes[k](i, j) * logSlopes[l](i, j)
          return k == correlation && l == correlation
            ? product - gap(i, j) / (rho * rho) : product
        }
      }
    }
    return (logSlopes.map { matrix($0) }, curvatures)
  }

  /// With the residual's columns, and with V in place of the residual variance.
  @Test(
    "is the paper's formulas with full matrices", arguments: StructuredCohort.Kind.allCases,
    [true, false])
  func isDense(kind: StructuredCohort.Kind, isExtended: Bool) throws {
    let cohort = StructuredCohort(kind, seed: 11)
    let made = StructuredCriterionTests.criterion(cohort, .reml, isExtended: isExtended)
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
