import LinearAlgebra

/// The profiled criterion of a structured model in one way of evaluation or another.
///
/// Variance parameters x are those of `StructuredParameters`: the entries of all T, then φ. One
/// object serves one thread.
protocol LikelihoodCriterion: SearchedCriterion {
  var design: StructuredDesign { get }
  var criterion: EstimationCriterion { get }
  /// P: columns of X.
  var fixedCount: Int { get }
  /// ν.
  var degreesOfFreedom: Double { get }

  /// Puts columns of samples in place from column `first` on; `values[sample, column]`.
  func load(_ values: Matrix, at first: Int)
  /// Puts the response in place, one value per sample.
  func load(response: [Double])

  /// y'Py there.
  var residualSquares: Double { get }
  /// β̂ there, of the columns as loaded.
  var coefficients: [Double] { get }
  /// The lower Cholesky factor of [X y]'V⁻¹[X y] there, (P + 1)².
  var fixedFactor: [Double] { get }
  /// Whether column `column` of X is a combination of those before it: 1 − R² below 1e-10.
  func isCollinear(_ column: Int) -> Bool

  /// Value, gradient and Hessian by the parameters.
  ///
  /// - Parameter holdsRotations: whether the Hessian is made positive along rotations of T, which
  ///   change nothing.
  func point(at x: [Double], holdsRotations: Bool) -> TrustRegion.Point?
  /// e'E_d e along the ordered entries of all D̃ and φ, e = Z⁺'Py (the residual one more term,
  /// R^{1/2}).
  func scoreSquares() -> [Double]
  /// v'E_d v along them for v = Z⁺'V⁻¹Xs.
  func squares(ofFixed s: [Double]) -> [Double]
  /// Kenward and Roger's adjustment; nil where the criterion has none or the information is
  /// singular.
  func kenwardRoger() -> StructuredKenwardRoger?

  /// Where the criterion was last evaluated; empty after other columns came.
  var evaluatedPoint: [Double] { get }
  /// b̃ = D̃Z̃'V⁻¹(y − Xβ̂) of every term: levels × q, row-major.
  func effects() -> [[Double]]
  /// (ΛA⁻¹Λ') of every level of a term, q × q each, row-major, levels one behind the other; D̃ of a
  /// level without rows.
  func conditionalCovariances(term: Int) -> [Double]
  /// ΛA⁻¹Λ' over the columns of some levels, one (term, level) after the other.
  func conditionalCovariance(of levels: [(term: Int, level: Int)]) -> Matrix
  /// D̃Z̃'V⁻¹X of one level, q × P, X as loaded.
  func fixedSensitivity(term: Int, level: Int) -> Matrix
}

extension LikelihoodCriterion {
  /// Minus twice the (restricted) log-likelihood with all constants, at the point last evaluated.
  ///
  /// - Parameter logDeterminants: log|R| of the QR decompositions that made the columns orthonormal.
  func deviance(logDeterminants: Double) -> Double {
    let nu = degreesOfFreedom
    return value + nu * (1 + Double.log(2 * Double.pi / nu))
      + (criterion == .reml ? 2 * logDeterminants : 0)
  }

  /// L_x⁻ᵀ b.
  func solveTransposed(_ b: [Double]) -> [Double] {
    let width = fixedCount + 1
    let factor = fixedFactor
    var x = b
    for i in stride(from: fixedCount - 1, through: 0, by: -1) {
      x[i] /= factor[i * width + i]
      for j in 0..<i { x[j] -= factor[i * width + j] * x[i] }
    }
    return x
  }

  /// L_x⁻¹ b.
  func solve(_ b: [Double]) -> [Double] {
    let width = fixedCount + 1
    let factor = fixedFactor
    var x = b
    for i in 0..<fixedCount {
      for j in 0..<i { x[i] -= factor[i * width + j] * x[j] }
      x[i] /= factor[i * width + i]
    }
    return x
  }
}
