/// The criterion's curvature on the surface the optimum lies on, for Satterthwaite's degrees of
/// freedom.
///
/// For v(x) = σ̂²(x) [K⁻¹]_cc with σ² profiled out, b = ∇ log v and H the Hessian of the profiled
/// criterion, both along the active surface, 1/df = 1/ν + b'H⁻¹b (the block elimination of log σ²
/// from Satterthwaite's 2 v² / Var(v); Giesbrecht & Burns 1985). On the surface of rank-one
/// matrices M = ll' the coordinates are l: b_l = J'b and H_l = J'HJ + 2G with J = ∂M/∂l and G the
/// gradient as a matrix. With no variance left, df = ν.
struct SurfaceCurvature {
  private enum Coordinates {
    case none
    case one(index: Int, curvature: Double)
    case two(hessian: (Double, Double, Double), jacobian: RankOneJacobian?)
    case three(SymmetricMatrix3)
  }

  private struct RankOneJacobian {
    var l1: Double
    var l2: Double
    /// J'b for b in the coordinates 11, 12, 22.
    func apply(_ b: SIMD4<Double>) -> (Double, Double) {
      (2 * l1 * b[0] + l2 * b[1], l1 * b[1] + 2 * l2 * b[2])
    }
  }

  private let coordinates: Coordinates

  init(
    criterion: SecondOrder, point m: SymmetricMatrix2, face: ConeFace, shape: RandomEffectShape
  ) {
    let h = SymmetricMatrix3(criterion.hessian)
    switch (shape, face) {
    case (_, .zero): coordinates = .none
    case (.scalar, _): coordinates = .one(index: 0, curvature: h.h11)
    case (.diagonal, .secondZero): coordinates = .one(index: 0, curvature: h.h11)
    case (.diagonal, .firstZero): coordinates = .one(index: 2, curvature: h.h33)
    case (.diagonal, _): coordinates = .two(hessian: (h.h11, h.h13, h.h33), jacobian: nil)
    case (.full, .interior): coordinates = .three(h)
    case (.full, _):
      let l1 = max(0, m.a11).squareRoot() * (m.a12 < 0 ? -1 : 1)
      let l2 = max(0, m.a22).squareRoot()
      let j = [[2 * l1, 0], [l2, l1], [0, 2 * l2]]
      let g = criterion.gradient
      var result = [[2 * g[0], g[1]], [g[1], 2 * g[2]]]
      let rows = [[h.h11, h.h12, h.h13], [h.h12, h.h22, h.h23], [h.h13, h.h23, h.h33]]
      for a in 0..<2 {
        for b in 0..<2 {
          for x in 0..<3 { for y in 0..<3 { result[a][b] += j[x][a] * rows[x][y] * j[y][b] } }
        }
      }
      coordinates = .two(
        hessian: (result[0][0], result[0][1], result[1][1]),
        jacobian: RankOneJacobian(l1: l1, l2: l2))
    }
  }

  /// 1 / (1/ν + b'H⁻¹b); NaN where the curvature is not positive.
  func degreesOfFreedom(slope b: SIMD4<Double>, residual nu: Double) -> Double {
    let quadratic: Double
    switch coordinates {
    case .none: quadratic = 0
    case .one(let index, let curvature):
      guard curvature > 0 else { return .nan }
      quadratic = b[index] * b[index] / curvature
    case .two(let h, let jacobian):
      let (x, y) = jacobian?.apply(b) ?? (b[0], b[2])
      let determinant = h.0 * h.2 - h.1 * h.1
      guard determinant > 0, h.0 > 0 else { return .nan }
      quadratic = (h.2 * x * x - 2 * h.1 * x * y + h.0 * y * y) / determinant
    case .three(let h):
      guard h.isPositiveDefinite else { return .nan }
      let s = h.solve((b[0], b[1], b[2]))
      quadratic = b[0] * s.0 + b[1] * s.1 + b[2] * s.2
    }
    return 1 / (1 / nu + quadratic)
  }
}
