import KernelInterface

/// This copy of the inner loops.
package enum Kernel: VectorKernel {
  package static var level: SIMDLevel {
    #if KERNEL_AVX512
      .avx512
    #elseif KERNEL_AVX2
      .avx2
    #else
      .baseline
    #endif
  }

  package static func sumGenotypes(_ criterion: UnsafePointer<LaneCriterion>) {
    GenotypeSums(criterion).sumGenotypes()
  }

  package static func sumResponses(_ criterion: UnsafePointer<LaneCriterion>) {
    GenotypeSums(criterion).sumResponses()
  }

  package static func evaluate(_ criterion: UnsafePointer<LaneCriterion>, isAtNull: Bool) {
    CriterionEvaluation(criterion).evaluate(isAtNull: isAtNull)
  }

  package static func estimate(
    _ criterion: UnsafePointer<LaneCriterion>, contrasts: UnsafePointer<Double>, count: Int,
    estimates: UnsafeMutablePointer<Lanes>
  ) {
    CriterionEvaluation(criterion).estimate(
      contrasts: contrasts, count: count, estimates: estimates)
  }

  package static func curve(
    _ criterion: UnsafePointer<LaneCriterion>, contrasts: UnsafePointer<Double>, count: Int,
    curves: UnsafeMutablePointer<Lanes>
  ) {
    CriterionEvaluation(criterion).curve(contrasts: contrasts, count: count, curves: curves)
  }
}
