import LinearAlgebra

/// The linear maps from a variant's dosages to its forms at the points of a design's basis.
package final class FormOperators: Sendable {
  package let shared: ChartDesign
  /// r × (2·p) × N: rows of L⁻¹C'W(donor's genotype column).
  private let cross: [Float]
  /// r × 3 × N: X'WX per squared dosage.
  private let square: [Float]

  package init(shared: ChartDesign) {
    self.shared = shared
    let design = shared.design
    let n = design.donorCount
    let p = design.fixedCount
    let entries = design.entries
    guard let points = DesignPoints(design.fixedPart, points: shared.basis.points) else {
      preconditionFailure("a basis point lies outside the domain")
    }
    let count = points.points.count
    var cross = [Float](repeating: 0, count: count * 2 * p * n)
    var square = [Float](repeating: 0, count: count * 3 * n)
    var rows = [Double](repeating: 0, count: n * 2 * p)
    for point in 0..<count {
      for (index, pattern) in design.patterns.enumerated() {
        let weight = point * design.statisticRows + index * entries
        for donor in pattern.donors {
          for j in 0..<(2 * p) {
            var value = design.genotypeByFixed[donor * 2 * p + j]
            for entry in 0..<entries {
              value -=
                points.weights[weight + entry]
                * design.genotypeFixedTerms[(donor * entries + entry) * 2 * p + j]
            }
            rows[donor * 2 * p + j] = value
          }
          for j in 0..<3 {
            var value = design.genotypeSquares[donor * 3 + j]
            for entry in 0..<entries {
              value -=
                points.weights[weight + entry]
                * design.genotypeSquareTerms[(donor * entries + entry) * 3 + j]
            }
            square[(point * 3 + j) * n + donor] = Float(value)
          }
        }
      }
      points.factors.withUnsafeBufferPointer { factors in
        guard let base = factors.baseAddress else { return }
        // Safe: every point has a p × p factor.
        rows.withUnsafeMutableBufferPointer { all in
          guard let row = all.baseAddress else { return }
          whiten(row, count: 2 * n, by: base + point * p * p, order: p)
        }
      }
      for donor in 0..<n {
        for j in 0..<(2 * p) {
          cross[(point * 2 * p + j) * n + donor] = Float(rows[donor * 2 * p + j])
        }
      }
    }
    self.cross = cross
    self.square = square
  }

  /// Lends both maps.
  func withPointers(
    _ body: (_ cross: UnsafePointer<Float>, _ square: UnsafePointer<Float>) -> Void
  ) {
    cross.withUnsafeBufferPointer { cross in
      square.withUnsafeBufferPointer { square in
        guard let first = cross.baseAddress, let second = square.baseAddress else { return }
        body(first, second)
      }
    }
  }
}
