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

  /// Fits a block of variants with one gene in its chart.
  static func fitCharts(
    _ problem: UnsafePointer<ChartProblem>, gene: UnsafePointer<ChartGene>)
}
