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
}

/// The natural logarithm of positive normal numbers; NaN for anything else.
///
/// x = 2ᵉ m with √½ ≤ m < √2, log m = 2 artanh s with s = (m − 1)/(m + 1), |s| ≤ 0.1716, by its
/// series to s²¹: the first term left out is below 2⁻⁵⁴ of the sum.
///
/// - Complexity: about 30 instructions; relative error below 3 units in the last place.
@inline(__always)
func logarithm(_ x: Lanes) -> Lanes {
  let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
  // Subtracting the bits of √½ makes the carry into the exponent decide between m and m/2.
  let offset = bits &- SIMD8<UInt64>(repeating: 0x3FE6_A09E_667F_3BCD)
  let exponent = SIMD8<Int64>(truncatingIfNeeded: offset) &>> 52
  let mantissaBits = bits &- SIMD8<UInt64>(truncatingIfNeeded: exponent &<< 52)
  let m = unsafeBitCast(mantissaBits, to: Lanes.self)
  // Adding to the bits of 1.5 · 2⁵² makes a double of a small integer; the standard conversion would
  // be a function shared between the copies of the kernels.
  let shifted = exponent &+ SIMD8<Int64>(repeating: 0x4338_0000_0000_0000)
  let e = unsafeBitCast(shifted, to: Lanes.self) - 6_755_399_441_055_744
  let s = (m - 1) / (m + 1)
  let z = s * s
  var series = Lanes(repeating: 1.0 / 21)
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 19))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 17))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 15))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 13))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 11))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 9))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 7))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 5))
  series = Lanes.fused(series, z, Lanes(repeating: 1.0 / 3))
  let tail = s * z * series
  // ln 2 in two parts, the first exact in products with exponents.
  var sum = Lanes.fused(e, Lanes(repeating: 1.908_214_929_270_587_7e-10), 2 * tail)
  sum.accumulate(Lanes(repeating: 2), s)
  sum.accumulate(e, Lanes(repeating: 6.931_471_803_691_238_2e-1))
  let isNormal =
    (x .>= Lanes(repeating: Double.leastNormalMagnitude))
    .& (x .<= Lanes(repeating: Double.greatestFiniteMagnitude))
  return sum.replacing(with: Lanes(repeating: .nan), where: .!isNormal)
}
