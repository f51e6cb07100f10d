/// Eight doubles, one per gene–variant pair (or per node of a chart).
package typealias Lanes = SIMD8<Double>

/// The numerical inner loops, compiled once for each instruction set.
///
/// Requirements pass pointers and scalars only: vectors passed by value would go through the
/// narrow registers of the baseline calling convention, and generics shared between the copies
/// would be merged by the linker into one of them.
package protocol VectorKernel: Sendable {
  /// The instruction set this copy was compiled for.
  static var level: SIMDLevel { get }

  /// Sums over donors the statistics of the variants whose dosages the lanes hold.
  ///
  /// - Complexity: O(N E (k p + k²)) for the eight of them.
  static func sumGenotypes(_ criterion: UnsafePointer<LaneCriterion>)

  /// Sums over donors X'Wy of the variants and responses the lanes hold.
  ///
  /// - Complexity: O(N E k).
  static func sumResponses(_ criterion: UnsafePointer<LaneCriterion>)

  /// The criterion with its derivatives at the lanes' points.
  ///
  /// - Parameter isAtNull: whether every lane's point is its gene's null fit, whose contractions
  ///   are then taken from `nullContraction`.
  /// - Complexity: O(R t² + t³).
  static func evaluate(_ criterion: UnsafePointer<LaneCriterion>, isAtNull: Bool)

  /// Linear combinations of the coefficients at the point last evaluated.
  ///
  /// - Parameters:
  ///   - contrasts: count × m weights, by rows.
  ///   - estimates: count × `LaneEstimate.count`.
  static func estimate(
    _ criterion: UnsafePointer<LaneCriterion>, contrasts: UnsafePointer<Double>, count: Int,
    estimates: UnsafeMutablePointer<Lanes>)
}
