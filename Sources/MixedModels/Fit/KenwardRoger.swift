/// Kenward and Roger's adjusted variances and degrees of freedom at one point of one model.
///
/// Kenward & Roger (1997, doi:10.2307/2533558) for V linear in its parameters θ. With
/// Φ = (X'V⁻¹X)⁻¹, its first and second derivatives Φ_a and Φ_ab, and W the inverse of the expected
/// information of REML, −½ ∂² (log|V| + log|X'V⁻¹X|), their formulas are, term by term,
///
///   Φ_A = Φ − Σ W_ab Φ_ab      df = 2 (l'Φl)² / Σ W_ab (l'Φ_a l)(l'Φ_b l)
///
/// for one contrast l; their F is then the squared t statistic, unscaled. The second line is their
/// m for one numerator degree of freedom, where A₁ = A₂.
///
/// Neither changes with a linear change of θ. Here θ = (X, s) with V = s I + Z̃R⁻ᵀXR⁻¹Z̃' in units of
/// σ̂², RR' = I − M at the point held fixed: there X = I − R'R and s = 1, and derivatives by M become
/// those by X through ∂M(E) = RER' and ∂²M(E, F) = −R(EF + FE)R'. Those by s follow from Euler's
/// theorem: Φ is homogeneous of degree 1 in θ, log|V| + log|X'V⁻¹X| of degree 0 but for ν log s.
///
/// All parameters stay in wherever the point lies: on the boundary the formulas know nothing of it,
/// as in the R package pbkrtest.
struct KenwardRoger {
  /// A symmetric matrix over 11, 12, 22 of X and s; rows and columns of what is no parameter are 0.
  private typealias Matrix4 = InlineArray<4, SIMD4<Double>>

  /// The lower Cholesky factor R of I − M.
  private let r11: Double
  private let r21: Double
  private let r22: Double
  /// 1 for those of 11, 12, 22 that are parameters.
  private let isParameter: SIMD4<Double>
  /// The entries 11, 12, 22 of X.
  private let x: SIMD4<Double>
  /// Covariance of the estimates of θ; NaN where the information is singular.
  private var covariance = Matrix4(repeating: SIMD4(repeating: .nan))

  /// - Parameters:
  ///   - determinants: log|V| + log|X'V⁻¹X| with its derivatives by M at `point`, for σ² = 1.
  ///   - nu: n − p − k.
  init(
    determinants: SecondOrder, point m: SymmetricMatrix2, shape: RandomEffectShape, nu: Double
  ) {
    let complement = SymmetricMatrix2.identity - m
    r11 = complement.a11.squareRoot()
    r21 = complement.a12 / r11
    r22 = (complement.a22 - r21 * r21).squareRoot()
    isParameter =
      shape == .full
      ? SIMD4(1, 1, 1, 0) : shape == .diagonal ? SIMD4(1, 0, 1, 0) : SIMD4(1, 0, 0, 0)
    x = isParameter * SIMD4(1 - r11 * r11 - r21 * r21, -r21 * r22, 1 - r22 * r22, 0)
    var information = extended(determinants, degree: 0, logScale: nu).hessian
    for a in 0..<4 {
      information[a] *= -0.5
      // What is no parameter must not make the matrix singular.
      if a < 3, isParameter[a] == 0 { information[a][a] = 1 }
    }
    guard let inverse = Self.inverse(information) else { return }
    covariance = inverse
  }

  /// The adjusted variance l'Φ_A l of a linear combination, in units of σ̂², and the degrees of
  /// freedom of its test; both NaN where the information is singular.
  ///
  /// - Parameter variance: l'Φl with its derivatives by M, for σ² = 1.
  func inference(_ variance: SecondOrder) -> (variance: Double, degreesOfFreedom: Double) {
    let (gradient, hessian) = extended(variance, degree: 1)
    var uncertainty = 0.0
    for a in 0..<4 { uncertainty += gradient[a] * (covariance[a] * gradient).sum() }
    return (
      variance.value - weightedTrace(hessian),
      2 * variance.value * variance.value / uncertainty
    )
  }

  /// The adjusted covariance l'Φ_A l' of two linear combinations, in units of σ̂².
  ///
  /// - Parameter covariance: l'Φl' with its derivatives by M, for σ² = 1.
  func adjusted(_ covariance: SecondOrder) -> Double {
    covariance.value - weightedTrace(extended(covariance, degree: 1).hessian)
  }

  /// Σ W_ab h_ab.
  private func weightedTrace(_ h: Matrix4) -> Double {
    var sum = SIMD4<Double>.zero
    for a in 0..<4 { sum += covariance[a] * h[a] }
    return sum.sum()
  }

  /// Derivatives by θ of a function that is homogeneous in it but for `logScale` log s.
  private func extended(
    _ function: SecondOrder, degree: Double, logScale: Double = 0
  ) -> (gradient: SIMD4<Double>, hessian: Matrix4) {
    var (gradient, hessian) = transformed(function)
    // Σ θ_a f_a = degree · f + logScale, and each f_a is homogeneous of one degree less.
    let byScale = degree * function.value + logScale - (x * gradient).sum()
    var mixed = (degree - 1) * gradient
    for a in 0..<3 { mixed -= x[a] * hessian[a] }
    for a in 0..<3 { hessian[a][3] = mixed[a] }
    hessian[3] = mixed
    hessian[3][3] = (degree - 1) * byScale - (x * mixed).sum()
    gradient[3] = byScale
    return (gradient, hessian)
  }

  /// Derivatives by 11, 12, 22 of X; 12 stands for both off-diagonal entries.
  private func transformed(
    _ function: SecondOrder
  ) -> (gradient: SIMD4<Double>, hessian: Matrix4) {
    // Rows: the entries 11, 12, 22 of R E_a R'.
    let jacobian: InlineArray<3, SIMD4<Double>> = [
      SIMD4(r11 * r11, r11 * r21, r21 * r21, 0), SIMD4(0, r11 * r22, 2 * r21 * r22, 0),
      SIMD4(0, 0, r22 * r22, 0),
    ]
    let gradient =
      isParameter
      * SIMD4(
        (jacobian[0] * function.gradient).sum(), (jacobian[1] * function.gradient).sum(),
        (jacobian[2] * function.gradient).sum(), 0)
    let h = function.hessian
    let row1 = SIMD4(h[0], h[1], h[2], 0)
    let row2 = SIMD4(h[1], h[3], h[4], 0)
    let row3 = SIMD4(h[2], h[4], h[5], 0)
    // EF + FE: 2E₁₁, E₁₂, 0 with E₁₁; 2E₁₁ + 2E₂₂, E₁₂ with E₁₂; 2E₂₂.
    let twice = 2 * gradient
    let along = gradient[1]
    var hessian: Matrix4 = [
      SIMD4(-twice[0], -along, 0, 0), SIMD4(-along, -twice[0] - twice[2], -along, 0),
      SIMD4(0, -along, -twice[2], 0), .zero,
    ]
    for a in 0..<3 {
      let j = jacobian[a]
      let product = j[0] * row1 + j[1] * row2 + j[2] * row3
      hessian[a] += SIMD4(
        (product * jacobian[0]).sum(), (product * jacobian[1]).sum(),
        (product * jacobian[2]).sum(), 0)
      hessian[a] *= isParameter[a] * isParameter
    }
    return (gradient, hessian)
  }

  /// The inverse by a Cholesky factor; nil where a pivot is not above 1e-12 of its diagonal entry.
  private static func inverse(_ matrix: Matrix4) -> Matrix4? {
    // Rows of L, and of L⁻¹.
    var factor = Matrix4(repeating: .zero)
    var inverse = Matrix4(repeating: .zero)
    for i in 0..<4 {
      for j in 0..<i {
        factor[i][j] = (matrix[i][j] - (factor[i] * factor[j]).sum()) / factor[j][j]
      }
      let pivot = matrix[i][i] - (factor[i] * factor[i]).sum()
      guard pivot > 1e-12 * matrix[i][i] else { return nil }
      var row = SIMD4<Double>.zero
      for j in 0..<i { row -= factor[i][j] * inverse[j] }
      row[i] = 1
      factor[i][i] = pivot.squareRoot()
      inverse[i] = row / factor[i][i]
    }
    var product = Matrix4(repeating: .zero)
    for i in 0..<4 { for a in 0..<4 { product[a] += inverse[i][a] * inverse[i] } }
    return product
  }
}
