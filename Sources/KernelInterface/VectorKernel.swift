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

  /// out = left × right in single precision, every column by itself.
  static func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>, rows: Int, inner: Int, columns: Int, stride: Int)

  /// The 2 × 2 matrices Σ g² O − R̃R̃' of a block of variants at one point M.
  static func subtractGram(
    _ whitened: UnsafePointer<Float>, from plain: UnsafeMutablePointer<Float>, fixed: Int,
    columns: Int, stride: Int)

  /// Completes the forms of a block of variants in a direct chart: ∂^γ(S − R'R) by the product rule,
  /// and the share of S that is left at the centre.
  static func subtractProducts(_ problem: UnsafePointer<WhitenedForms>)

  /// Fits a block of variants with one gene in its chart.
  static func fitCharts(
    _ problem: UnsafePointer<ChartProblem>, gene: UnsafePointer<ChartGene>)

  /// log P(|T| > |t|), natural logarithm, of `count` statistics of Student's t distribution, each
  /// with its degrees of freedom (above 1e30: normal).
  ///
  /// The relative error of the probability is below 1e-12, and 1e-15 times its logarithm more, for
  /// |t| to the end of the double range. 0 for t = 0, −∞ for t = ±∞; NaN when either is NaN or the
  /// degrees of freedom are not positive. An element's result depends on that element alone. `out`
  /// may be one of the inputs.
  static func logTwoSidedTails(
    statistics: UnsafePointer<Double>, degreesOfFreedom: UnsafePointer<Double>,
    out: UnsafeMutablePointer<Double>, count: Int)

  /// eˣ of `count` values, to 2 units in the last place; `out` may be `values`.
  static func exponentials(
    _ values: UnsafePointer<Double>, out: UnsafeMutablePointer<Double>, count: Int)

  /// cot(πp) of `count` p-values given by their natural logarithms from −600 to 0, to a few units
  /// in the last place: ±∞ for a logarithm of 0, any value outside the range. `out` may be
  /// `logPValues`.
  static func cotangents(
    logPValues: UnsafePointer<Double>, out: UnsafeMutablePointer<Double>, count: Int)

  /// The magnitudes of `count` numbers, rounded to a few significant decimal digits.
  ///
  /// - Parameters:
  ///   - significantDigits: 1 to `DecimalLane.maximumDigits`.
  ///   - powersOfTen: the address of 10⁰ among the doubles nearest to 10⁻³⁰⁰ … 10³⁰⁰.
  ///   - digits: the eight digits' values, the most significant in the lowest byte, zeros behind the
  ///     last.
  ///   - exponents: of the first digit, plus `DecimalLane.exponentBias`; 0 where this way cannot
  ///     tell the rounding, which then needs an exact conversion: next to ties, beyond 10^±290, for
  ///     zero, NaN and infinities.
  static func decimalDigits(
    _ values: UnsafePointer<Double>, count: Int, significantDigits: Int,
    powersOfTen: UnsafePointer<Double>, digits: UnsafeMutablePointer<UInt64>,
    exponents: UnsafeMutablePointer<UInt64>)

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

  /// Curves of the determinants and of combinations of the coefficients by M, at the point last
  /// evaluated, with second derivatives, under REML.
  ///
  /// - Parameters:
  ///   - contrasts: count × m weights, by rows; at most `LaneCurve.combinations`.
  ///   - curves: one after the other of `LaneCurve.count`: ℓ₀ + log|K| (without its value), ℓ'K⁻¹ℓ of
  ///     every combination, and ℓ'K⁻¹ℓ' of the first two.
  /// - Complexity: O(count (R m² + m²)).
  static func curve(
    _ criterion: UnsafePointer<LaneCriterion>, contrasts: UnsafePointer<Double>, count: Int,
    curves: UnsafeMutablePointer<Lanes>)
}
