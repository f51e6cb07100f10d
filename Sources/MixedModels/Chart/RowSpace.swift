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
        let along = Self.dot(direction, rest)
        for i in rest.indices { rest[i] -= along * direction[i] }
      }
    }
    let left = Self.length(rest)
    // What is left of a dependent vector is rounding; single precision would not see more either.
    guard left > 1e-9 * size else { return true }
    guard rank < limit else { return false }
    directions.append(rest.map { $0 / left })
    return true
  }

  /// Coefficients of a vector of the space.
  func coefficients(_ vector: [Double]) -> [Double] {
    directions.map { Self.dot($0, vector) }
  }

  private static func length(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}
