/// Kenward and Roger's formulas (1997, Biometrics 53, 983–997) as they stand in the paper, with the
/// full covariance matrix of the observations: section 2 for the adjusted covariance, section 3 for
/// the degrees of freedom and the scale of the F test of one contrast.
struct DenseKenwardRoger {
  /// Φ̂_A.
  let adjusted: [[Double]]
  private let unadjusted: [[Double]]
  private let first: [[[Double]]]
  /// Covariance of the variance parameters, by the expected information.
  private let covariance: [[Double]]

  /// - Parameters:
  ///   - components: covariance of the random effects, q × q, and the residual variance.
  ///   - isCorrelated: whether the covariance of two random effects is a parameter.
  init(_ twin: DenseTwin, random d: [[Double]], residual s: Double, isCorrelated: Bool) {
    let n = twin.y.count
    // ∂V/∂θ_i: of the variances, of the covariance, of the residual variance.
    var slopes: [[[Double]]] = []
    for a in d.indices {
      for b in a..<d.count where a == b || isCorrelated {
        slopes.append(
          (0..<n).map { i in
            (0..<n).map { j in
              guard twin.donor[i] == twin.donor[j] else { return 0 }
              let product = twin.z[i][a] * twin.z[j][b]
              return a == b ? product : product + twin.z[i][b] * twin.z[j][a]
            }
          })
      }
    }
    slopes.append((0..<n).map { i in (0..<n).map { $0 == i ? 1 : 0 } })
    let v = (0..<n).map { i in
      (0..<n).map { j -> Double in
        var sum = i == j ? s : 0
        guard twin.donor[i] == twin.donor[j] else { return sum }
        for a in d.indices {
          for b in d.indices { sum += twin.z[i][a] * d[a][b] * twin.z[j][b] }
        }
        return sum
      }
    }
    self.init(x: twin.x, covariance: v, slopes: slopes)
  }

  /// - Parameters:
  ///   - slopes: ∂V/∂θ_i.
  ///   - curvatures: ∂²V/∂θ_i∂θ_j by i and j; others are 0.
  init(
    x: [[Double]], covariance v: [[Double]], slopes: [[[Double]]],
    curvatures: [[Int]: [[Double]]] = [:]
  ) {
    let twin = DenseTwin(x: x, z: [], y: [], donor: [])
    let inverse = twin.invert(v).0
    let xt = Self.transpose(x)
    let phi = twin.invert(Self.product(Self.product(xt, inverse), x)).0
    // V⁻¹V_i, P_i = −X'V⁻¹V_iV⁻¹X and Q_ij = X'V⁻¹V_iV⁻¹V_jV⁻¹X.
    let whitened = slopes.map { Self.product(inverse, $0) }
    let solved = Self.product(inverse, x)
    let left = whitened.map { Self.product(xt, $0) }
    let p = left.map { Self.scaled(Self.product($0, solved), -1) }
    let count = slopes.count
    var q: [[[[Double]]]] = []
    var information = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for i in 0..<count {
      q.append(
        (0..<count).map { j in Self.product(Self.product(left[i], whitened[j]), solved) })
      for j in 0..<count {
        let phiPi = Self.product(phi, p[i])
        let phiPj = Self.product(phi, p[j])
        information[i][j] =
          0.5
          * (Self.traceOfProduct(whitened[i], whitened[j])
            - 2 * Self.traceOfProduct(phi, q[i][j]) + Self.traceOfProduct(phiPi, phiPj))
      }
    }
    let w = twin.invert(information).0
    var bracket = Self.scaled(phi, 0)
    for i in 0..<count {
      for j in 0..<count {
        var term = Self.sum(q[i][j], Self.product(Self.product(p[i], phi), p[j]), -1)
        if let second = curvatures[[i, j]] {
          let r = Self.product(Self.product(Self.transpose(solved), second), solved)
          term = Self.sum(term, r, -0.25)
        }
        bracket = Self.sum(bracket, term, w[i][j])
      }
    }
    adjusted = Self.sum(phi, Self.product(Self.product(phi, bracket), phi), 2)
    unadjusted = phi
    first = p
    covariance = w
  }

  /// The standard error of a coefficient by Φ̂, unadjusted.
  func plainError(_ coefficient: Int) -> Double {
    unadjusted[coefficient][coefficient].squareRoot()
  }

  /// m and λ of the F test of one coefficient.
  func test(coefficient: Int) -> (degreesOfFreedom: Double, scale: Double) {
    let c = coefficient
    // Θ = l (l'Φl)⁻¹ l', of rank ℓ = 1.
    var a1 = 0.0
    var a2 = 0.0
    let traces = first.map { p -> Double in
      let product = Self.product(Self.product(unadjusted, p), unadjusted)
      return product[c][c] / unadjusted[c][c]
    }
    for i in traces.indices {
      for j in traces.indices {
        a1 += covariance[i][j] * traces[i] * traces[j]
        // tr(ΘΦP_iΦΘΦP_jΦ), which for one contrast is the same product.
        a2 += covariance[i][j] * traces[i] * traces[j]
      }
    }
    let l = 1.0
    let b = (a1 + 6 * a2) / (2 * l)
    let g = ((l + 1) * a1 - (l + 4) * a2) / ((l + 2) * a2)
    let denominator = 3 * l + 2 * (1 - g)
    let c1 = g / denominator
    let c2 = (l - g) / denominator
    let c3 = (l + 2 - g) / denominator
    let expectation = 1 / (1 - a2 / l)
    let variance = 2 / l * (1 + c1 * b) / ((1 - c2 * b) * (1 - c2 * b) * (1 - c3 * b))
    let rho = variance / (2 * expectation * expectation)
    let m = 4 + (l + 2) / (l * rho - 1)
    return (m, m / (expectation * (m - 2)))
  }

  private static func transpose(_ a: [[Double]]) -> [[Double]] {
    a[0].indices.map { j in a.map { $0[j] } }
  }

  private static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in
      var sum = [Double](repeating: 0, count: b[0].count)
      for (value, other) in zip(row, b) where value != 0 {
        for j in sum.indices { sum[j] += value * other[j] }
      }
      return sum
    }
  }

  private static func traceOfProduct(_ a: [[Double]], _ b: [[Double]]) -> Double {
    var sum = 0.0
    for i in a.indices { for j in b.indices { sum += a[i][j] * b[j][i] } }
    return sum
  }

  private static func scaled(_ a: [[Double]], _ factor: Double) -> [[Double]] {
    a.map { $0.map { factor * $0 } }
  }

  /// a + factor · b.
  private static func sum(
    _ a: [[Double]], _ b: [[Double]], _ factor: Double
  ) -> [[Double]] {
    zip(a, b).map { zip($0, $1).map { $0 + factor * $1 } }
  }
}
