/// A block of variants whose forms X'P_C X are completed from the two products with dosages that a
/// gene's direct chart takes.
///
/// Q = S − R'R with S = Σ g²O and R = Σ gŨ', both polynomials of the chart's coordinates, so that by
/// the product rule ∂^γ Q = ∂^γ S − γ! Σ_{α+β=γ} (R^α)'R^β for Taylor coefficients R^α, to a higher
/// order than theirs. Coefficients are ordered as the derivatives of `ChartGene`.
package struct WhitenedForms {
  /// p.
  package var fixedCount: Int
  /// Coefficients of S and of R.
  package var coefficientCount: Int
  /// Coefficients of Q, of which S has the first only.
  package var productCount: Int
  /// Variants, a multiple of 16; the last ones may be padding.
  package var columns: Int
  /// Floats from row to row.
  package var stride: Int
  /// Taylor coefficients of R: coefficients × 2·p rows, first those of genotype column 1.
  package var whitened: UnsafePointer<Float>
  /// The pairs α ≤ β of coefficient γ are those at `starts[γ]..<starts[γ + 1]`.
  package var starts: UnsafePointer<Int32>
  /// α and β of every pair.
  package var pairs: UnsafePointer<Int32>
  /// γ!.
  package var factorials: UnsafePointer<Float>
  /// Derivatives of S, overwritten with those of Q: `productCount` × 3 rows (11, 12, 22 of each).
  package var forms: UnsafeMutablePointer<Float>
  /// The smaller of Q₁₁/S₁₁ and Q₂₂/S₂₂ at the chart's centre: one per variant.
  package var shares: UnsafeMutablePointer<Float>

  package init(
    fixedCount: Int, coefficientCount: Int, productCount: Int, columns: Int, stride: Int,
    whitened: UnsafePointer<Float>, starts: UnsafePointer<Int32>, pairs: UnsafePointer<Int32>,
    factorials: UnsafePointer<Float>, forms: UnsafeMutablePointer<Float>,
    shares: UnsafeMutablePointer<Float>
  ) {
    self.fixedCount = fixedCount
    self.coefficientCount = coefficientCount
    self.productCount = productCount
    self.columns = columns
    self.stride = stride
    self.whitened = whitened
    self.starts = starts
    self.pairs = pairs
    self.factorials = factorials
    self.forms = forms
    self.shares = shares
  }
}
