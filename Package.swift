// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled with warnings as errors; C++ targets hold small shims over header libraries.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Numerical inner loops are 100 times slower without the optimiser, so debug builds keep it there.
let numeric: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Readers of records keep their state in classes, where the checks of exclusive access at run time
/// took a tenth of the time of a short record; the compiler's own checks stay.
let reading: [SwiftSetting] = numeric + [.unsafeFlags(["-enforce-exclusivity=unchecked"])]

/// Flags of one compiled copy of the vector kernels. Clang's target options reach Swift's code
/// generation; without errno a vector square root is one instruction.
func kernel(_ define: String? = nil, architecture: String? = nil) -> [SwiftSetting] {
  var clang = ["-fno-math-errno"]
  var settings = numeric
  if let architecture, let define {
    clang += ["-march=\(architecture)", "-mprefer-vector-width=512"]
    settings += [.define(define), .define("FUSED")]
  }
  settings.append(.unsafeFlags(clang.flatMap { ["-Xcc", $0] }))
  return settings
}

/// One source, compiled for each instruction set; the folders of the copies are links to the first.
#if arch(x86_64)
  let kernels: [Target] = [
    .target(name: "KernelBaseline", dependencies: ["KernelInterface"], swiftSettings: kernel()),
    .target(
      name: "KernelAVX2", dependencies: ["KernelInterface"],
      swiftSettings: kernel("KERNEL_AVX2", architecture: "x86-64-v3")),
    .target(
      name: "KernelAVX512", dependencies: ["KernelInterface"],
      swiftSettings: kernel("KERNEL_AVX512", architecture: "x86-64-v4")),
  ]
#else
  let kernels: [Target] = [
    .target(
      name: "KernelBaseline", dependencies: ["KernelInterface"],
      swiftSettings: kernel() + [.define("FUSED")])
  ]
#endif

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let orderedCollections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")

let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

/// What `Tests/FuzzTests` tests: everything that reads files or formulas.
let fuzzed: [Target.Dependency] = [
  "Association", "BlockGzip", "CHTSlib", "Cohort", "Genotypes", "MixedModels", "Tables",
  "TestSupport",
]

/// The fuzz targets as tests, or as libFuzzer's program where `workflows/fuzz.sh` builds them.
let fuzzing: Target =
  Context.environment["SLOPEQTL_FUZZ"] == nil
  ? .testTarget(
    name: "FuzzTests", dependencies: fuzzed, exclude: ["Driver"],
    swiftSettings: numeric)
  : .executableTarget(
    name: "Fuzzer", dependencies: fuzzed, path: "Tests/FuzzTests",
    exclude: ["ManifestTests.swift", "MutationTests.swift"],
    sources: ["Driver", "Seeds", "Targets"],
    swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])

let package = Package(
  name: "SlopeQTL",
  products: [
    .executable(name: "slopeqtl", targets: ["slopeqtl"]),
    .library(name: "MixedModels", targets: ["MixedModels"]),
    .library(name: "Association", targets: ["Association"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: kernels + [
    fuzzing,

    // Floor 0: system libraries and the C and C++ shims over them.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CHTSlib", pkgConfig: "htslib", providers: [.apt(["libhts-dev"])]),
    .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(
      name: "CZstandard", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CBoostMath"),
    .target(name: "CNumericText"),
    .target(name: "CPeak"),
    .target(name: "CPlatform"),
    .target(name: "CVCFText"),

    // Floor 1, with the kernels above.
    .target(name: "KernelInterface", swiftSettings: numeric),
    .target(
      name: "VectorKernels",
      dependencies: ["CPlatform", "KernelInterface"] + kernels.map { .target(name: $0.name) },
      swiftSettings: strict),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", "CLAPACKE"], swiftSettings: numeric),
    .target(name: "Distributions", dependencies: ["CBoostMath"], swiftSettings: strict),
    .target(name: "Workers", swiftSettings: strict),
    .target(name: "Plots", swiftSettings: strict),
    .target(
      name: "BlockGzip", dependencies: ["CHTSlib", "CISAL", "CZlib", "CZstandard"],
      swiftSettings: reading),
    .target(
      name: "Tables", dependencies: ["BlockGzip", "CNumericText", orderedCollections],
      swiftSettings: numeric),

    // Floor 2: these three know nothing of each other.
    .target(
      name: "MixedModels",
      dependencies: ["Distributions", "KernelInterface", "LinearAlgebra", "VectorKernels"],
      swiftSettings: numeric),
    .target(
      name: "Genotypes", dependencies: ["BlockGzip", "CHTSlib", "CVCFText", "Tables"],
      swiftSettings: reading),
    .target(
      name: "Cohort", dependencies: ["BlockGzip", "Tables", orderedCollections],
      swiftSettings: strict),

    // Floor 3.
    .target(
      name: "Association",
      dependencies: [
        "BlockGzip", "Cohort", "CPlatform", "Distributions", "Genotypes", "KernelInterface",
        "LinearAlgebra", "MixedModels", "Tables", "VectorKernels", "Workers", heap,
      ],
      swiftSettings: numeric),
    .target(
      name: "Longitudinal",
      dependencies: [
        "BlockGzip", "Cohort", "CPlatform", "Distributions", "LinearAlgebra", "MixedModels",
        "Tables", "Workers", orderedCollections,
      ],
      swiftSettings: strict),
    .target(
      name: "Simulation", dependencies: ["BlockGzip", "Distributions", "Genotypes", "Tables"],
      swiftSettings: strict),

    // Above both: finished scans.
    .target(
      name: "Results",
      dependencies: [
        "Association", "BlockGzip", "Distributions", "Genotypes", "LinearAlgebra", "MixedModels",
        "Tables", orderedCollections,
      ],
      swiftSettings: numeric),

    .target(
      name: "Report",
      dependencies: [
        "Association", "BlockGzip", "Cohort", "Distributions", "Genotypes", "LinearAlgebra",
        "Longitudinal", "MixedModels", "Plots", "Results", "Tables", mustache,
      ],
      swiftSettings: strict),

    // Floor 4.
    .executableTarget(
      name: "slopeqtl",
      dependencies: [
        "Association", "BlockGzip", "Cohort", "CPlatform", "Genotypes", "KernelInterface",
        "LinearAlgebra", "Longitudinal", "MixedModels", "Plots", "Report", "Results", "Simulation",
        "Tables", "VectorKernels", argumentParser, logging,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Association", "BlockGzip", "CHTSlib", "Cohort", "COpenBLAS", "CPeak", "Distributions",
        "Genotypes",
        "KernelInterface", "LinearAlgebra", "MixedModels", "Simulation", "Tables", "VectorKernels",
        argumentParser,
      ],
      swiftSettings: numeric),

    .target(
      name: "TestSupport", dependencies: ["Plots"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "BlockGzipTests", dependencies: ["BlockGzip", "CZstandard", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TablesTests", dependencies: ["Tables", "BlockGzip", "TestSupport"],
      swiftSettings: numeric),
    .testTarget(
      name: "KernelTests",
      dependencies: ["Distributions", "KernelInterface", "VectorKernels"],
      swiftSettings: strict),
    .testTarget(name: "DistributionsTests", dependencies: ["Distributions"], swiftSettings: strict),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"], swiftSettings: strict),
    .testTarget(
      name: "MixedModelsTests",
      dependencies: [
        "Distributions", "KernelInterface", "LinearAlgebra", "MixedModels", "TestSupport",
        "VectorKernels",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LongitudinalTests",
      dependencies: ["BlockGzip", "Distributions", "Longitudinal", "MixedModels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "GenotypesTests",
      dependencies: ["Genotypes", "BlockGzip", "CHTSlib", "Tables", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CohortTests", dependencies: ["Cohort", "BlockGzip", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["Simulation", "BlockGzip", "Genotypes", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "AssociationTests",
      dependencies: [
        "Association", "BlockGzip", "Cohort", "Distributions", "Genotypes", "KernelInterface",
        "LinearAlgebra", "MixedModels", "Tables", "TestSupport", "VectorKernels",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ResultsTests", dependencies: ["Results", "BlockGzip", "Tables", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "PlotsTests", dependencies: ["Plots", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ReportTests", dependencies: ["Plots", "Report", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["slopeqtl", "BlockGzip", "TestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
