import CPlatform
import KernelBaseline
import KernelInterface

#if arch(x86_64)
  import KernelAVX2
  import KernelAVX512
#endif

extension SIMDLevel: CaseIterable, CustomStringConvertible {
  /// The levels compiled for this architecture, lowest first.
  package static var allCases: [SIMDLevel] {
    #if arch(x86_64)
      [.baseline, .avx2, .avx512]
    #else
      [.baseline]
    #endif
  }

  /// The highest level of this processor.
  package static var highest: SIMDLevel {
    allCases.last { $0.isSupported } ?? .baseline
  }

  /// Whether this processor has the level's instructions.
  package var isSupported: Bool { Int32(rawValue) <= platform_vector_level() }

  /// The name in flags and in the manifest.
  package var description: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }

  /// The kernels compiled for the level.
  ///
  /// - Precondition: the processor supports the level.
  package var kernel: any VectorKernel.Type {
    precondition(isSupported, "this processor has no \(self) instructions")
    #if arch(x86_64)
      switch self {
      case .baseline: return KernelBaseline.Kernel.self
      case .avx2: return KernelAVX2.Kernel.self
      case .avx512: return KernelAVX512.Kernel.self
      }
    #else
      return KernelBaseline.Kernel.self
    #endif
  }
}
