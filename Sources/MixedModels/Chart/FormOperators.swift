import LinearAlgebra

/// The linear maps from a variant's dosages to its forms at the points of a design's basis.
package final class FormOperators: Sendable {
  package let shared: ChartDesign
  /// r × (2·p) × N: rows of L⁻¹C'W(donor's genotype column).
  private let cross: [Float]
  /// r × 3 × N: X'WX per squared dosage.
  private let square: [Float]

  /// - Precondition: the design has a basis.
  package init(shared: ChartDesign) {
    self.shared = shared
    let design = shared.design
    let n = design.donorCount
    let p = design.fixedCount
    guard let basis = shared.basis,
      let points = DesignPoints(design.fixedPart, points: basis.points)
    else { preconditionFailure("no basis, or a point of it outside the domain") }
    let count = points.points.count
    var cross = [Float](repeating: 0, count: count * 2 * p * n)
    var square = [Float](repeating: 0, count: count * 3 * n)
    var rows = [Double](repeating: 0, count: n * 2 * p)
    var squares = [Double](repeating: 0, count: n * 3)
    for point in 0..<count {
      design.whitenedRows(at: point, of: points, into: &rows, squares: &squares)
      for donor in 0..<n {
        for j in 0..<(2 * p) {
          cross[(point * 2 * p + j) * n + donor] = Float(rows[donor * 2 * p + j])
        }
        for j in 0..<3 { square[(point * 3 + j) * n + donor] = Float(squares[donor * 3 + j]) }
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
