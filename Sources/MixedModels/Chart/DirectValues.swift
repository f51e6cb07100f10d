import LinearAlgebra

/// What each donor's dosage adds to a variant's forms at the pair points of a chart.
struct DirectValues {
  /// √h Ũ: points × (N · 2 · p).
  let whitened: Matrix
  /// h O: points × (N · 3).
  let squares: Matrix

  /// - Parameters:
  ///   - points: the pair points, x of which begin `coordinates`.
  ///   - scale: h.
  init(
    design: DesignCrossProducts, points: DesignPoints,
    coordinates: [(Double, Double, Double)], scale: ChartScale
  ) {
    let count = points.points.count
    let n = design.donorCount
    let rows = 2 * design.fixedCount
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
    self.whitened = scale.scaled(whitened, at: coordinates, isRoot: true)
    self.squares = scale.scaled(squares, at: coordinates)
  }

  /// What polynomials miss of the forms, relative to them: Ũ is a root of what is all but linear, and
  /// polynomials miss more of it than of scores. R'R counts twice what Ũ misses.
  func error(nodes: ChartNodes) -> Double {
    max(
      2 * TruncationError.ofRows(whitened, width: whitened.columns, nodes: nodes),
      TruncationError.ofRows(squares, width: squares.columns, nodes: nodes))
  }
}
