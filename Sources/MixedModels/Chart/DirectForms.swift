import LinearAlgebra

/// A gene's forms h X'P_C X of any variant as polynomials, from its dosages alone.
///
/// X'P_C X = Σ g_i²O_i − R'R with R = Σ g_iŨ_i'. Both O and Ũ are polynomials around the gene's null
/// fit; the product rule makes those of R'R. A block of variants needs no more than its dosages and
/// their squares, but every gene pays 2·p rows a coefficient where a stored form pays r numbers.
struct DirectForms: Sendable {
  /// Taylor coefficients of Ũ: (coefficients · 2·p) × N, first the rows of genotype column 1.
  let whitenedRows: [Float]
  /// (coefficients · 3) × N: derivatives of O (11, 12, 22).
  let squareRows: [Float]
  /// coefficients × coefficients of products: the derivatives of Q from those of its product.
  let reduction: [Float]

  let rule: ProductRule

  /// - Parameters:
  ///   - values: at the pair points of `nodes`.
  ///   - radius: of the box that these lie in.
  init(_ values: DirectValues, design: DesignCrossProducts, nodes: ChartNodes, radius: Double) {
    let rows = 2 * design.fixedCount
    let n = design.donorCount
    rule = nodes.rule
    let factorials = nodes.rule.factorials.prefix(nodes.coefficientCount)
    reduction = nodes.rule.reduction(radius: radius)
    whitenedRows = Self.rows(
      nodes.pairDerivatives(values.whitened, radius: radius), donors: n, width: rows,
      scales: factorials.map { 1 / Double($0) })
    squareRows = Self.rows(
      nodes.pairDerivatives(values.squares, radius: radius), donors: n, width: 3,
      scales: [Double](repeating: 1, count: factorials.count))
  }

  /// Derivatives laid out coefficients × (donor, row) as (coefficients · width) rows of donors.
  private static func rows(
    _ derivatives: Matrix, donors: Int, width: Int, scales: [Double]
  ) -> [Float] {
    var rows = [Float](repeating: 0, count: derivatives.elements.count)
    rows.withUnsafeMutableBufferPointer { rows in
      derivatives.elements.withUnsafeBufferPointer { all in
        for (coefficient, scale) in scales.enumerated() {
          let start = coefficient &* donors &* width
          for j in 0..<width {
            // Safe: a coefficient has donors · width numbers on either side.
            let row = start &+ j &* donors
            for donor in 0..<donors {
              rows[row &+ donor] = Float(scale * all[start &+ donor &* width &+ j])
            }
          }
        }
      }
    }
    return rows
  }
}
