import KernelInterface

/// The natural logarithm of positive normal numbers; NaN for anything else.
///
/// - Complexity: about 30 instructions; relative error below 3 units in the last place.
@inline(__always)
func logarithm(_ x: Lanes) -> Lanes {
  let sum = logarithm(of: x, plus: Lanes(repeating: 0))
  let isNormal =
    (x .>= Lanes(repeating: Double.leastNormalMagnitude))
    .& (x .<= Lanes(repeating: Double.greatestFiniteMagnitude))
  return sum.replacing(with: Lanes(repeating: .nan), where: .!isNormal)
}

/// log(1 + x) for x ≥ 0, with full relative accuracy near 0; for infinity and NaN not defined.
@inline(__always)
func logarithmOnePlus(_ x: Lanes) -> Lanes {
  let rounded = 1 + x
  // What the sum lost: exact below 2⁵³, and of no account above.
  return logarithm(of: rounded, plus: x - (rounded - 1))
}

/// log(high + low) for a positive normal `high` and |low| below a unit in its last place; any other
/// argument gives any value.
///
/// high = 2ᵉ m with √½ ≤ m < √2, log m = 2 artanh s with s = (m − 1)/(m + 1), |s| ≤ 0.1716, by its
/// series to s²¹: the first term left out is below 2⁻⁵⁴ of the sum.
@inline(__always)
func logarithm(of high: Lanes, plus low: Lanes) -> Lanes {
  // Adding 1 − √½ in units of the mantissa makes the carry into the exponent decide between m and
  // m/2; the exponent stays biased, so that one logical shift and one sum turn it into a double.
  let biased =
    (high.bits &+ SIMD8<UInt64>(repeating: 0x3FF0_0000_0000_0000 - 0x3FE6_A09E_667F_3BCD)) &>> 52
  let scale = unsafeBitCast(
    (SIMD8<UInt64>(repeating: 2046) &- biased) &<< 52, to: Lanes.self)
  let e =
    unsafeBitCast(biased | SIMD8<UInt64>(repeating: 0x4330_0000_0000_0000), to: Lanes.self)
    - Lanes(repeating: 0x1p52 + 1023)
  let mantissaBits =
    high.bits &- ((biased &- SIMD8<UInt64>(repeating: 1023)) &<< 52)
  let m = unsafeBitCast(mantissaBits, to: Lanes.self)
  let s = Lanes.fused(low, scale, m - 1) / (m + 1)
  let z = s * s
  var series = Lanes(repeating: 1.0 / 21)
  series.horner(z, 1.0 / 19)
  series.horner(z, 1.0 / 17)
  series.horner(z, 1.0 / 15)
  series.horner(z, 1.0 / 13)
  series.horner(z, 1.0 / 11)
  series.horner(z, 1.0 / 9)
  series.horner(z, 1.0 / 7)
  series.horner(z, 1.0 / 5)
  series.horner(z, 1.0 / 3)
  let tail = s * z * series
  // ln 2 in two parts, the first exact in products with exponents.
  var sum = Lanes.fused(e, Lanes(repeating: 1.908_214_929_270_587_7e-10), 2 * tail)
  sum.accumulate(Lanes(repeating: 2), s)
  sum.accumulate(e, Lanes(repeating: 6.931_471_803_691_238_2e-1))
  return sum
}
