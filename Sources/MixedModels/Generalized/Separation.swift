import Glibc
import LinearAlgebra

/// A combination of fixed columns along which the likelihood rises for ever, so that no finite
/// estimates exist: it never points away from a response at the end of its range and leaves all
/// others alone (Albert & Anderson 1984, doi 10.1093/biomet/71.1.1).
public struct Separation: Sendable, Equatable {
  /// Columns that take part.
  public var columns: [Int]
  /// Whether every response is told by it (complete), or some only (quasi-complete).
  public var isComplete: Bool

  /// Sees whether a direction separates the responses.
  ///
  /// - Parameters:
  ///   - direction: of the linear predictor, one number a row.
  ///   - coefficients: the same of the columns.
  ///   - scales: the columns' root mean squares.
  init?(
    direction: [Double], coefficients: [Double], scales: [Double], response: [Double],
    family: ResponseFamily
  ) {
    let largest = direction.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    // What a direction that comes of iterations has beside exact zeros.
    let tolerance = 1e-6 * largest
    var isComplete = true
    for (y, value) in zip(response, direction) {
      let along = Double(family.end(y)) * value
      guard family.end(y) == 0 ? abs(value) <= tolerance : along >= -tolerance else { return nil }
      if abs(value) <= tolerance { isComplete = false }
    }
    let shares = zip(coefficients, scales).map { abs($0 * $1) }
    let limit = 1e-4 * (shares.max() ?? 0)
    columns = shares.indices.filter { shares[$0] > limit }
    self.isComplete = isComplete
  }
}
