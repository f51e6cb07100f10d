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
  ///   - points: the pair points of `nodes`.
  ///   - radius: of the box that they lie in.
  ///   - scale: h, whose root multiplies Ũ.
  init(
    design: DesignCrossProducts, nodes: ChartNodes, points: DesignPoints, radius: Double,
    scale: ChartScale
  ) {
    let count = points.points.count
    let rows = 2 * design.fixedCount
    let n = design.donorCount
    var whitened = Matrix(rows: count, columns: n * rows)
    var squares = Matrix(rows: count, columns: n * 3)
    whitened.elements.withUnsafeMutableBufferPointer { whitened in
      squares.elements.withUnsafeMutableBufferPointer { squares in
        guard let first = whitened.baseAddress, let second = squares.baseAddress else { return }
        for point in 0..<count {
          // Safe: every point has N rows in each.
          design.whitenedRows(
            at: point, of: points, into: first + point * n * rows,
            squares: second + point * n * 3)
        }
      }
    }
    let coordinates = nodes.coordinates(radius: radius)
    whitened = scale.scaled(whitened, at: coordinates, isRoot: true)
    squares = scale.scaled(squares, at: coordinates)
    rule = nodes.rule
    let factorials = nodes.rule.factorials.prefix(nodes.coefficientCount)
    reduction = nodes.rule.reduction(radius: radius)
    whitenedRows = Self.rows(
      nodes.pairDerivatives(whitened, radius: radius), donors: n, width: rows,
      scales: factorials.map { 1 / Double($0) })
    squareRows = Self.rows(
      nodes.pairDerivatives(squares, radius: radius), donors: n, width: 3,
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
