import Glibc
import LinearAlgebra

/// Standard errors, degrees of freedom and joint tests of a structured model's coefficients at its
/// optimum.
struct StructuredInference {
  private let criterion: any LikelihoodCriterion
  private let optimum: StructuredOptimum
  private let method: DegreesOfFreedomMethod
  /// The coefficients of the response itself.
  private let coefficients: [Double]
  private let adjustment: StructuredKenwardRoger?
  /// e'E_d e / y'Py along the parameters' directions.
  private let scoreShares: [Double]
  /// σ².
  let residualVariance: Double

  /// - Parameter shift: coefficients that were taken from the response before it was loaded.
  /// - Precondition: the criterion was evaluated at the optimum, forms included.
  init(
    criterion: any LikelihoodCriterion, optimum: StructuredOptimum, method: DegreesOfFreedomMethod,
    shift: [Double]? = nil
  ) {
    self.criterion = criterion
    self.optimum = optimum
    self.method = method
    coefficients =
      shift.map { zip(criterion.coefficients, $0).map { $0 + $1 } } ?? criterion.coefficients
    residualVariance = criterion.residualSquares / criterion.degreesOfFreedom
    adjustment = method == .kenwardRoger ? criterion.kenwardRoger() : nil
    guard method == .satterthwaite else {
      scoreShares = []
      return
    }
    scoreShares = criterion.scoreSquares().map { $0 / criterion.residualSquares }
  }

  /// An estimate with its standard error and degrees of freedom.
  func estimate(_ contrast: [Double]) -> CoefficientEstimate {
    let value = zip(contrast, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    return CoefficientEstimate(
      value: value, standardError: covariance(contrast, contrast).squareRoot(),
      degreesOfFreedom: degreesOfFreedom(contrast))
  }

  /// The sampling covariance of two contrasts.
  func covariance(_ one: [Double], _ two: [Double]) -> Double {
    let a = criterion.solve(one)
    let b = criterion.solve(two)
    let plain = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    return residualVariance * (plain + (adjustment?.inflation(a, b) ?? 0))
  }

  /// F of all contrasts at once.
  func joint(_ contrasts: [[Double]]) -> JointTest {
    let k = contrasts.count
    let values = contrasts.map { c in
      zip(c, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var covariances = Matrix(rows: k, columns: k)
    for i in 0..<k {
      for j in 0..<k { covariances[i, j] = covariance(contrasts[i], contrasts[j]) }
    }
    guard let (variances, vectors) = symmetricEigensystem(covariances),
      variances.allSatisfy({ $0 > 0 })
    else { return .missing }
    var statistic = 0.0
    var nu: [Double] = []
    for m in 0..<k {
      let value = (0..<k).reduce(0) { $0 + vectors[$1, m] * values[$1] }
      statistic += value * value / variances[m]
      guard method == .satterthwaite else { continue }
      let combined = contrasts[0].indices.map { j in
        (0..<k).reduce(0) { $0 + vectors[$1, m] * contrasts[$1][j] }
      }
      nu.append(degreesOfFreedom(combined))
    }
    statistic /= Double(k)
    let denominator: Double
    switch method {
    case .infinite: denominator = .infinity
    case .residual:
      denominator = Double(criterion.design.rowCount - criterion.fixedCount)
    case .satterthwaite: denominator = JointTest.denominator(contrasts: nu)
    case .kenwardRoger:
      guard let scaled = adjustment?.test(contrasts.map(criterion.solve)) else { return .missing }
      statistic *= scaled.scale
      denominator = scaled.degreesOfFreedom
    }
    return JointTest(
      statistic: statistic, numeratorDegreesOfFreedom: Double(k),
      denominatorDegreesOfFreedom: denominator)
  }

  private func degreesOfFreedom(_ contrast: [Double]) -> Double {
    switch method {
    case .infinite: return .infinity
    case .residual: return Double(criterion.design.rowCount - criterion.fixedCount)
    case .satterthwaite: return satterthwaite(contrast)
    case .kenwardRoger:
      return adjustment?.test([criterion.solve(contrast)])?.degreesOfFreedom ?? .nan
    }
  }

  /// 1/df = 1/ν + b'H⁻¹b with b the gradient of log var(c'β̂) along the profiled criterion and H its
  /// Hessian (Giesbrecht & Burns 1985, the residual variance eliminated).
  private func satterthwaite(_ contrast: [Double]) -> Double {
    guard let inverse = optimum.inverseHessian else { return .nan }
    let half = criterion.solve(contrast)
    let variance = half.reduce(0) { $0 + $1 * $1 }
    let solved = criterion.solveTransposed(half)
    let shares = criterion.squares(ofFixed: solved)
    let slope = zip(shares, scoreShares).map { $0 / variance - $1 }
    let b = optimum.jacobian.transposed * slope
    let spread = zip(inverse * b, b).reduce(0) { $0 + $1.0 * $1.1 }
    return 1 / (1 / criterion.degreesOfFreedom + spread)
  }
}
