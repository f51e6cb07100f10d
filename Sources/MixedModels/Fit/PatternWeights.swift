import LinearAlgebra

/// The entries of M_κ of every visit pattern with their first and second derivatives with respect
/// to M, and the part of the criterion that needs nothing else.
///
/// With Σ = S̃_κ − I, T = (I + ΣM)⁻¹ and N = TΣ (symmetric): M_κ = MT, dM_κ(E) = T'ET and
/// d²M_κ(E, F) = −(T'ENFT + T'FNET); all stay valid for singular M. The determinant part is
/// ℓ₀ = −N log|I − M| + Σ_κ N_κ log|I + ΣM| = Σ_i log|V_i| / σ², with
/// dℓ₀(E) = N tr((I−M)⁻¹E) + Σ N_κ tr(NE) and
/// d²ℓ₀(E, F) = N tr((I−M)⁻¹E(I−M)⁻¹F) − Σ N_κ tr(NENF).
///
/// Rows are (pattern, entry); a row has 12 lanes: the value, the derivatives by 11, 12, 22, the
/// second derivatives by (11,11) (11,12) (11,22) (12,12) (12,22) (22,22), and two zeros.
final class PatternWeights {
  static let lanes = 12

  let rows: UnsafeMutablePointer<Double>
  private(set) var determinant = SecondOrder()
  private let capacity: Int

  init(patternCount: Int) {
    capacity = patternCount * 3 * Self.lanes
    rows = .allocate(capacity: max(capacity, 1))
    rows.initialize(repeating: 0, count: max(capacity, 1))
  }

  deinit { rows.deallocate() }

  /// Fills the rows for the point `m`.
  ///
  /// - Returns: false where I − M or some I + ΣM is not positive definite.
  func compute(at m: SymmetricMatrix2, design: DesignCrossProducts) -> Bool {
    let complement = SymmetricMatrix2.identity - m
    guard complement.a11 > 0, complement.determinant > 0 else { return false }
    let entries = design.entries
    var sum = SecondOrder()
    var row = rows
    for pattern in design.patterns {
      let s = pattern.excess
      // A = I + ΣM and T = A⁻¹, neither symmetric.
      let a11 = 1 + s.a11 * m.a11 + s.a12 * m.a12
      let a12 = s.a11 * m.a12 + s.a12 * m.a22
      let a21 = s.a12 * m.a11 + s.a22 * m.a12
      let a22 = 1 + s.a12 * m.a12 + s.a22 * m.a22
      let determinant = a11 * a22 - a12 * a21
      guard determinant > 0, a11 + a22 > 0 else { return false }
      let scale = 1 / determinant
      let t11 = a22 * scale
      let t12 = -a12 * scale
      let t21 = -a21 * scale
      let t22 = a11 * scale
      let n = SymmetricMatrix2(
        t11 * s.a11 + t12 * s.a12, t11 * s.a12 + t12 * s.a22, t21 * s.a12 + t22 * s.a22)
      sum.addLogDeterminant(determinant, n, count: Double(pattern.donors.count))

      let value = (
        m.a11 * t11 + m.a12 * t21, m.a11 * t12 + m.a12 * t22, m.a12 * t12 + m.a22 * t22
      )
      let o11 = (t11 * t11, t11 * t12, t12 * t12)
      let o12 = (2 * t11 * t21, t11 * t22 + t12 * t21, 2 * t12 * t22)
      let o22 = (t21 * t21, t21 * t22, t22 * t22)
      Self.fill(row, value.0, o11.0, o12.0, o22.0, n)
      row += Self.lanes
      guard entries == 3 else { continue }
      Self.fill(row, value.1, o11.1, o12.1, o22.1, n)
      Self.fill(row + Self.lanes, value.2, o11.2, o12.2, o22.2, n)
      row += 2 * Self.lanes
    }
    sum.subtractLogDeterminant(
      complement.determinant, complement.inverse, count: Double(design.donorCount))
    self.determinant = sum
    return true
  }

  @inline(__always)
  private static func fill(
    _ row: UnsafeMutablePointer<Double>, _ value: Double, _ o11: Double, _ o12: Double,
    _ o22: Double, _ n: SymmetricMatrix2
  ) {
    row[0] = value
    row[1] = o11
    row[2] = o12
    row[3] = o22
    row[4] = -2 * n.a11 * o11
    row[5] = -(n.a11 * o12 + 2 * n.a12 * o11)
    row[6] = -n.a12 * o12
    row[7] = -2 * (n.a22 * o11 + n.a11 * o22 + n.a12 * o12)
    row[8] = -(n.a22 * o12 + 2 * n.a12 * o22)
    row[9] = -2 * n.a22 * o22
  }
}

/// A scalar function of M: value, gradient and Hessian by the coordinates 11, 12, 22.
struct SecondOrder: Sendable {
  var value = 0.0
  /// By 11, 12, 22 (fourth lane unused); 12 stands for both off-diagonal entries.
  var gradient = SIMD4<Double>.zero
  /// (11,11) (11,12) (11,22) (12,12) (12,22) (22,22); two lanes unused.
  var hessian = SIMD8<Double>.zero

  /// tr(E_a X) for the three coordinates.
  @inline(__always)
  private static func trace(_ x: SymmetricMatrix2) -> SIMD4<Double> {
    SIMD4(x.a11, 2 * x.a12, x.a22, 0)
  }

  /// tr(E_a X E_b X) for the six pairs of coordinates.
  @inline(__always)
  private static func traces(_ x: SymmetricMatrix2) -> SIMD8<Double> {
    SIMD8(
      x.a11 * x.a11, 2 * x.a11 * x.a12, x.a12 * x.a12,
      2 * (x.a12 * x.a12 + x.a11 * x.a22), 2 * x.a12 * x.a22, x.a22 * x.a22, 0, 0)
  }

  /// Adds `count` log det(I + ΣM), given N = (I + ΣM)⁻¹Σ.
  @inline(__always)
  mutating func addLogDeterminant(_ determinant: Double, _ n: SymmetricMatrix2, count: Double) {
    value += count * Double.log(determinant)
    gradient += count * Self.trace(n)
    hessian -= count * Self.traces(n)
  }

  /// Subtracts `count` log det(I − M), given (I − M)⁻¹.
  @inline(__always)
  mutating func subtractLogDeterminant(
    _ determinant: Double, _ inverse: SymmetricMatrix2, count: Double
  ) {
    value -= count * Double.log(determinant)
    gradient += count * Self.trace(inverse)
    hessian += count * Self.traces(inverse)
  }
}
