import KernelInterface

// As many lanes as one register of this copy's instruction set holds. Loops that keep many sums in
// registers go through the lanes part by part: with whole lanes, 2 or 4 registers each, they would
// spill.
#if KERNEL_AVX512
  typealias Part = SIMD8<Double>
#elseif KERNEL_AVX2
  typealias Part = SIMD4<Double>
#else
  typealias Part = SIMD2<Double>
#endif

/// Parts of a vector of lanes.
let partCount = 8 / Part.scalarCount

#if !KERNEL_AVX512
  extension Part {
    /// self += a·b, in one instruction where this copy's instruction set has it.
    @inline(__always)
    mutating func accumulate(_ a: Self, _ b: Self) {
      #if FUSED
        addProduct(a, b)
      #else
        self += a * b
      #endif
    }

    /// self −= a·b.
    @inline(__always)
    mutating func reduce(_ a: Self, _ b: Self) {
      #if FUSED
        addProduct(-a, b)
      #else
        self -= a * b
      #endif
    }
  }
#endif

/// One part of every vector of a buffer of lanes.
struct PartPointer {
  private let base: UnsafeMutablePointer<Part>

  /// - Parameter part: below `partCount`.
  @inline(__always)
  init(_ lanes: UnsafeMutablePointer<Lanes>, part: Int) {
    // Safe: a vector of lanes is `partCount` parts next to each other, and aligned for them.
    base = UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: Part.self) + part
  }

  @inline(__always)
  private init(_ base: UnsafeMutablePointer<Part>) { self.base = base }

  @inline(__always)
  subscript(_ index: Int) -> Part {
    get { base[index &* partCount] }
    nonmutating set { base[index &* partCount] = newValue }
  }

  /// Another part of the same vectors, for a pointer to part 0.
  @inline(__always)
  func part(_ index: Int) -> PartPointer { PartPointer(base + index) }

  @inline(__always)
  static func + (pointer: PartPointer, offset: Int) -> PartPointer {
    PartPointer(pointer.base + offset &* partCount)
  }
}
