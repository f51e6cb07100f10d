import LinearAlgebra

/// What polynomials miss of the functions they stand for, seen at the points they were fitted to: there
/// are more of these than coefficients.
///
/// Of 2,000 pairs each of the designs of `reference/benchmarks/accuracy.md`, statistics within the box
/// were off by at most three times the error of the scores (19 donors: as much).
enum TruncationError {
  /// The largest error of the forms of training variants, relative to the forms.
  ///
  /// - Parameters:
  ///   - forms: pair points × (variants · 3), as the model has them.
  ///   - scaled: the same times h, which the polynomials are of.
  static func ofForms(_ forms: Matrix, scaled: Matrix, nodes: ChartNodes) -> Double {
    let missed = nodes.pairResidual * scaled
    var largest = 0.0
    for row in 0..<forms.rows {
      for at in stride(from: row * forms.columns, to: (row + 1) * forms.columns, by: 3) {
        let first = forms.elements[at]
        let second = forms.elements[at + 2]
        let cross = (first * second).squareRoot()
        largest = max(
          largest, abs(missed.elements[at]) / first, abs(missed.elements[at + 1]) / cross,
          abs(missed.elements[at + 2]) / second)
      }
    }
    return largest
  }

  /// The largest error of what donors add to the scores, over points and both genotype columns,
  /// relative to its length.
  ///
  /// - Parameter scores: pair points × (2 · N), times h.
  static func ofScores(_ scores: Matrix, nodes: ChartNodes) -> Double {
    ofRows(scores, width: scores.columns / 2, nodes: nodes)
  }

  /// The largest error of what the time coefficient is made of, relative to it: of its variance, of its
  /// value in standard errors, and of its rows.
  ///
  /// - Parameters:
  ///   - variances: times det(I + Δ): one per pair point.
  ///   - values: one per pair point.
  ///   - rows: pair points × (2 · N). One genotype column may have none of it.
  ///   - residualVariance: σ², about.
  static func ofTime(
    variances: [Double], values: [Double], rows: Matrix, residualVariance: Double,
    nodes: ChartNodes
  ) -> Double {
    let missed =
      nodes.pairResidual * Matrix(rows: variances.count, columns: [variances, values])
    let ofRows = ofRows(rows, width: rows.columns, nodes: nodes)
    return variances.indices.reduce(ofRows) { largest, point in
      max(
        largest, abs(missed[point, 0]) / variances[point],
        abs(missed[point, 1]) / (variances[point] * residualVariance).squareRoot())
    }
  }

  /// The largest error of runs of `width` values at one point, relative to their length.
  static func ofRows(_ rows: Matrix, width: Int, nodes: ChartNodes) -> Double {
    let missed = nodes.pairResidual * rows
    var largest = 0.0
    for start in stride(from: 0, to: rows.elements.count, by: width) {
      var whole = 0.0
      var lost = 0.0
      for at in start..<(start + width) {
        whole += rows.elements[at] * rows.elements[at]
        lost += missed.elements[at] * missed.elements[at]
      }
      largest = max(largest, (lost / whole).squareRoot())
    }
    return largest
  }

  /// The error of the gene's part of the criterion.
  ///
  /// - Parameters:
  ///   - logDeterminants, residuals: one per point; `residuals` times h in `scaledResiduals`.
  ///   - degreesOfFreedom: ν.
  static func ofCriterion(
    logDeterminants: [Double], residuals: [Double], scaledResiduals: [Double],
    degreesOfFreedom: Double, nodes: ChartNodes
  ) -> Double {
    let missed =
      nodes.geneResidual
      * Matrix(rows: residuals.count, columns: [logDeterminants, scaledResiduals])
    return residuals.indices.reduce(0) { largest, point in
      max(
        largest, abs(missed[point, 0]),
        degreesOfFreedom * abs(missed[point, 1]) / residuals[point])
    }
  }
}
