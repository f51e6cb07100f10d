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
      // J has the columns (2l₁, l₂, 0) and (0, l₁, 2l₂).
      let first = h.multiply(2 * l1, l2, 0)
      let second = h.multiply(0, l1, 2 * l2)
      let g = criterion.gradient
      let h11 = 2 * l1 * first.0 + l2 * first.1 + 2 * g[0]
      let h12 = l1 * first.1 + 2 * l2 * first.2 + g[1]
      let h22 = l1 * second.1 + 2 * l2 * second.2 + 2 * g[2]
      coordinates = .two(
        hessian: (h11, h12, h22), jacobian: RankOneJacobian(l1: l1, l2: l2))
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
