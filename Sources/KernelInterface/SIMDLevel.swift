/// The instruction sets the kernels are compiled for.
package enum SIMDLevel: UInt8, Sendable {
  /// What every processor of the architecture has (SSE2 on x86-64).
  case baseline
  /// AVX2 with FMA (x86-64-v3).
  case avx2
  /// AVX-512 F, BW, CD, DQ, VL (x86-64-v4).
  case avx512
}
