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
}
