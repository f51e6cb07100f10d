/// A symmetric 2 × 2 matrix.
package struct SymmetricMatrix2: Sendable, Equatable {
  package var a11: Double
  package var a12: Double
  package var a22: Double

  package init(_ a11: Double, _ a12: Double, _ a22: Double) {
    self.a11 = a11
    self.a12 = a12
    self.a22 = a22
  }

  package static let zero = SymmetricMatrix2(0, 0, 0)
  package static let identity = SymmetricMatrix2(1, 0, 1)

  @inlinable package var determinant: Double { a11 * a22 - a12 * a12 }

  /// The inverse; entries are infinite or NaN for a singular matrix.
  @inlinable package var inverse: SymmetricMatrix2 {
    let scale = 1 / determinant
    return SymmetricMatrix2(a22 * scale, -a12 * scale, a11 * scale)
  }

  /// The smaller and the larger eigenvalue.
  @inlinable package var eigenvalues: (smaller: Double, larger: Double) {
    let mean = 0.5 * (a11 + a22)
    let half = 0.5 * (a11 - a22)
    let radius = (half * half + a12 * a12).squareRoot()
    return (mean - radius, mean + radius)
  }

  @inlinable package static func + (l: Self, r: Self) -> Self {
    Self(l.a11 + r.a11, l.a12 + r.a12, l.a22 + r.a22)
  }
  @inlinable package static func - (l: Self, r: Self) -> Self {
    Self(l.a11 - r.a11, l.a12 - r.a12, l.a22 - r.a22)
  }
  @inlinable package static func * (l: Double, r: Self) -> Self {
    Self(l * r.a11, l * r.a12, l * r.a22)
  }

}
