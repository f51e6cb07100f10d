import KernelInterface

// Everything here is inlined into this module's own functions: nothing generic, nothing shared with
// the other copies.

extension SIMD8<Double> {
  /// self += a·b, in one instruction where this copy's instruction set has it (a library call
  /// elsewhere, 18 times slower than two instructions).
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

  /// a·b + c.
  @inline(__always)
  static func fused(_ a: Self, _ b: Self, _ c: Self) -> Self {
    var sum = c
    sum.accumulate(a, b)
    return sum
  }

  /// self = self·z + c: one step of Horner's scheme.
  @inline(__always)
  mutating func horner(_ z: Self, _ c: Double) {
    self = Self.fused(self, z, Self(repeating: c))
  }

  /// The value, or the bound it lies beyond; NaN stays. (The standard library's `clamped` is not
  /// inlined and so would be shared between the copies.)
  @inline(__always)
  func bounded(_ lower: Double, _ upper: Double) -> Self {
    let low = Self(repeating: lower)
    let high = Self(repeating: upper)
    let raised: Self = replacing(with: low, where: self .< low)
    return raised.replacing(with: high, where: raised .> high)
  }

  /// The nearest whole number, ties to even, below 2⁵¹ in magnitude.
  @inline(__always)
  var nearestWhole: Self {
    let shift = Self(repeating: 0x1.8p52)
    return (self + shift) - shift
  }

  /// The lanes' bit patterns.
  @inline(__always)
  var bits: SIMD8<UInt64> { unsafeBitCast(self, to: SIMD8<UInt64>.self) }

  /// Eight values from memory of any alignment.
  @inline(__always)
  init(at pointer: UnsafePointer<Double>) {
    // Safe: the callers own eight values there.
    self = UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
  }

  /// Writes eight values to memory of any alignment.
  @inline(__always)
  func store(at pointer: UnsafeMutablePointer<Double>) {
    // Safe: the callers own eight values there.
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }

  /// The first `count` < 8 values there, and `filler` in the other lanes.
  @inline(__always)
  init(at pointer: UnsafePointer<Double>, count: Int, filler: Double) {
    self.init(repeating: filler)
    var lane = 0
    // Safe: reads `count` values.
    while lane < count {
      self[lane] = pointer[lane]
      lane &+= 1
    }
  }

  /// Writes the first `count` < 8 lanes.
  @inline(__always)
  func store(at pointer: UnsafeMutablePointer<Double>, count: Int) {
    var lane = 0
    // Safe: writes `count` values.
    while lane < count {
      pointer[lane] = self[lane]
      lane &+= 1
    }
  }
}
