import LinearAlgebra

/// An orthonormal basis of some vectors over donors, and coefficients in it.
///
/// With one visit pattern the rows that a chart multiplies with dosages are combinations of few
/// vectors: those of the covariates, which all genes share, and two of the gene's own.
struct RowSpace: Sendable {
  let donorCount: Int
  /// Each of length `donorCount`.
  private(set) var directions: [[Double]] = []

  var rank: Int { directions.count }

  init(donorCount: Int) { self.donorCount = donorCount }

  /// Adds what is new in a vector (Gram–Schmidt, twice).
  ///
  /// - Returns: false where the rank would exceed `limit`.
  mutating func include(_ vector: [Double], limit: Int) -> Bool {
    let size = Self.length(vector)
    guard size > 0 else { return true }
    var rest = vector
    for _ in 0..<2 {
      for direction in directions {
        accumulate(-dotProduct(direction, rest), direction, into: &rest)
      }
    }
    let left = Self.length(rest)
    // What is left of a dependent vector is rounding; single precision would not see more either.
    guard left > 1e-9 * size else { return true }
    guard rank < limit else { return false }
    directions.append(rest.map { $0 / left })
    return true
  }

  /// Coefficients of vectors of the space: vectors × rank, row by row.
  func coefficients(_ vectors: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: vectors.count * rank)
    multiplyByTransposed(
      Self.joined(vectors), Self.joined(directions), into: &result, rows: vectors.count,
      inner: donorCount, columns: rank)
    return result
  }

  private static func joined(_ vectors: [[Double]]) -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(vectors.count * (vectors.first?.count ?? 0))
    // Appending whole arrays copies memory; the standard library's `joined` goes number by number.
    for vector in vectors { all += vector }
    return all
  }

  private static func length(_ vector: [Double]) -> Double {
    dotProduct(vector, vector).squareRoot()
  }
}
