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
}
