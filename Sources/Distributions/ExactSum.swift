/// A sum of doubles without any rounding before it is read.
///
/// The running total is kept as a list of non-overlapping doubles that add up to it exactly
/// (Shewchuk 1997, doi:10.1007/PL00009321), and is rounded once. The sum therefore depends only on
/// the values added: neither on their order nor on how they were split into parts. Compensated
/// (Neumaier) summation is as accurate in practice but does depend on both in the last bit.
/// Many values at once go through an `ExactAccumulator`, with the same result.
///
/// Values and sums must be finite: the caller scales.
package struct ExactSum: Sendable {
  /// Non-zero, non-overlapping, in increasing magnitude; rarely more than three.
  package private(set) var parts: [Double] = []

  package init() {}

  /// A sum with the parts of another.
  package init(parts: [Double]) { self.parts = parts }

  /// Adds a finite value.
  ///
  /// - Complexity: O(number of parts), at most about 40.
  package mutating func add(_ value: Double) {
    var carried = value
    var kept = 0
    for index in parts.indices {
      let part = parts[index]
      let sum = carried + part
      // The rounding error of the sum, exactly, by Dekker's two-sum of the larger and the smaller.
      let error =
        abs(carried) < abs(part) ? carried - (sum - part) : part - (sum - carried)
      if error != 0 {
        parts[kept] = error
        kept += 1
      }
      carried = sum
    }
    parts.removeLast(parts.count - kept)
    if carried != 0 { parts.append(carried) }
  }

  /// Adds the total of another sum, exactly.
  package mutating func add(_ other: ExactSum) {
    for part in other.parts { add(part) }
  }

  /// The double nearest to the sum, ties to even; 0 when nothing was added.
  package var rounded: Double {
    guard var sum = parts.last else { return 0 }
    var index = parts.count - 1
    var error = 0.0
    while index > 0, error == 0 {
      index -= 1
      let larger = sum
      sum = larger + parts[index]
      error = parts[index] - (sum - larger)
    }
    // An error of exactly half a unit was rounded to even without regard to the parts below it:
    // when they point the same way, the other neighbour is nearer.
    if index > 0, error != 0, (error < 0) == (parts[index - 1] < 0) {
      let neighbour = sum + 2 * error
      if neighbour - sum == 2 * error { return neighbour }
    }
    return sum
  }
}
