import CLAPACKE

/// The QR factorisation of a matrix of full column rank: columns = Q R with Q'Q = I.
///
/// Columns keep their order, so a dependent column is told in terms of those before it.
package struct OrthonormalBasis: Sendable {
  /// rows × columns, orthonormal columns.
  package let q: Matrix
  /// R⁻¹, columns × columns, upper triangular: coefficients of the given columns = R⁻¹ ×
  /// coefficients of `q`'s columns.
  package let inverseR: Matrix
  /// log |det R|.
  package let logDeterminant: Double

  /// A column that is a linear combination of others.
  package struct Dependency: Error, Sendable, Equatable {
    /// Index of the dependent column.
    package var column: Int
    /// Indices of the earlier columns it depends on (empty for a column of zeros).
    package var others: [Int]
  }

  /// Factors `matrix`.
  ///
  /// - Parameter tolerance: a column is dependent when the part of it that earlier columns do not
  ///   explain is below this fraction of its length (lme4's rank check uses 1e-7 too).
  /// - Throws: `Dependency` for the first dependent column.
  /// - Complexity: O(rows × columns²).
  package init(_ matrix: Matrix, tolerance: Double = 1e-7) throws(Dependency) {
    let rows = matrix.rows
    let columns = matrix.columns
    guard columns > 0 else {
      q = matrix
      inverseR = Matrix(rows: 0, columns: 0)
      logDeterminant = 0
      return
    }
    if rows < columns { throw Dependency(column: rows, others: Array(0..<rows)) }

    // Columns are scaled to unit length so that the rank decision does not depend on units.
    let lengths = (0..<columns).map { j in
      (0..<rows).reduce(0) { $0 + matrix[$1, j] * matrix[$1, j] }.squareRoot()
    }
    if let zero = lengths.firstIndex(where: { !($0 > 0) }) {
      throw Dependency(column: zero, others: [])
    }
    var factor = matrix
    for i in 0..<rows { for j in 0..<columns { factor[i, j] /= lengths[j] } }
    var scales = [Double](repeating: 0, count: columns)
    LAPACKE_dgeqrf(
      LAPACK_ROW_MAJOR, Int32(rows), Int32(columns), &factor.elements, Int32(columns), &scales)

    var r = Matrix(rows: columns, columns: columns)
    for i in 0..<columns { for j in i..<columns { r[i, j] = factor[i, j] } }
    if let dependent = (0..<columns).first(where: { abs(r[$0, $0]) < tolerance }) {
      throw Self.dependency(of: dependent, in: r)
    }
    LAPACKE_dorgqr(
      LAPACK_ROW_MAJOR, Int32(rows), Int32(columns), Int32(columns), &factor.elements,
      Int32(columns), scales)
    var inverse = r
    LAPACKE_dtrtri(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "N")), Int32(columns),
      &inverse.elements, Int32(columns))
    for i in 0..<columns { for j in 0..<columns { inverse[i, j] /= lengths[i] } }
    q = factor
    inverseR = inverse
    logDeterminant = (0..<columns).reduce(0) {
      $0 + Double.log(abs(r[$1, $1])) + Double.log(lengths[$1])
    }
  }

  /// - Parameter inverseR: R⁻¹, the diagonal positive.
  init(q: Matrix, inverseR: Matrix) {
    self.q = q
    self.inverseR = inverseR
    logDeterminant = (0..<inverseR.columns).reduce(0) { $0 - Double.log(inverseR[$1, $1]) }
  }

  /// Which earlier columns explain `column`: back substitution in the leading triangle.
  private static func dependency(of column: Int, in r: Matrix) -> Dependency {
    var coefficients = [Double](repeating: 0, count: column)
    for i in stride(from: column - 1, through: 0, by: -1) {
      var sum = r[i, column]
      for j in (i + 1)..<max(column, i + 1) { sum -= r[i, j] * coefficients[j] }
      coefficients[i] = sum / r[i, i]
    }
    // Columns have unit length, so a coefficient below 1e-6 is rounding, not a dependency.
    return Dependency(
      column: column,
      others: coefficients.indices.filter {
        abs(coefficients[$0]) > 1e-6
      })
  }
}
