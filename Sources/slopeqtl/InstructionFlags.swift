import ArgumentParser
import Association
import KernelInterface
import VectorKernels

/// `--simd`: which copy of the inner loops runs.
enum InstructionSet: String, ExpressibleByArgument, CaseIterable {
  /// The highest that the processor has.
  case auto
  case baseline, avx2, avx512

  /// The level; nil where this architecture or processor lacks it.
  var level: SIMDLevel? {
    guard self != .auto else { return .highest }
    return SIMDLevel.allCases.first { $0.description == rawValue && $0.isSupported }
  }
}

/// Instructions of a scan.
struct InstructionFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Instruction set of the inner loops. auto takes the highest that the processor has; tables "
        + "are the same bytes per set only.", valueName: "set"))
  var simd = InstructionSet.auto

  func validate() throws {
    guard simd.level == nil else { return }
    let available = SIMDLevel.allCases.filter(\.isSupported).map(\.description)
    throw ValidationError(
      "--simd \(simd.rawValue): this processor lacks it; expected auto, "
        + available.joined(separator: ", "))
  }

  func apply(to options: inout ScanOptions) {
    if let level = simd.level { options.level = level }
  }
}
