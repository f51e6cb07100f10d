import KernelInterface

/// eˣ: 0 below the double range, infinity above it, NaN for NaN.
///
/// - Complexity: about 30 instructions; relative error below 2 units in the last place.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let parts = ExponentialParts(x.bounded(-1000, 1000))
  // Two factors 2ⁿ reach past both ends of the range, and only the second product can round.
  let half = (parts.exponent * 0.5).nearestWhole
  let scaled = (1 + parts.excess) * powerOfTwo(half)
  return scaled * powerOfTwo(parts.exponent - half)
}

/// 2ⁿ for whole numbers n from −1022 to 1023.
@inline(__always)
func powerOfTwo(_ n: Lanes) -> Lanes {
  // The sum with 2⁵² + 1023 holds n + 1023 in its lowest bits; the shift drops the others.
  let biased = (n + Lanes(repeating: 0x1p52 + 1023)).bits
  return unsafeBitCast(biased &<< 52, to: Lanes.self)
}

/// eˣ = 2ⁿ (1 + excess) with n the whole number nearest to x / log 2, for |x| ≤ 1000.
///
/// The excess eʳ − 1 of the remainder |r| ≤ ½ log 2 keeps full relative accuracy near r = 0, so it
/// is expm1(x) where n = 0.
struct ExponentialParts {
  /// n.
  var exponent: Lanes
  /// eʳ − 1.
  var excess: Lanes

  @inline(__always)
  init(_ x: Lanes) {
    let n = (x * Lanes(repeating: 1.442_695_040_888_963_4)).nearestWhole
    // log 2 in two parts, the first exact in products with n.
    var r = x
    r.reduce(n, Lanes(repeating: 6.931_471_803_691_238_2e-1))
    r.reduce(n, Lanes(repeating: 1.908_214_929_270_587_7e-10))
    // Taylor's series to r¹³: what is left out is below 1e-17 of the sum.
    var series = Lanes(repeating: 1.0 / 6_227_020_800)
    series.horner(r, 1.0 / 479_001_600)
    series.horner(r, 1.0 / 39_916_800)
    series.horner(r, 1.0 / 3_628_800)
    series.horner(r, 1.0 / 362_880)
    series.horner(r, 1.0 / 40_320)
    series.horner(r, 1.0 / 5040)
    series.horner(r, 1.0 / 720)
    series.horner(r, 1.0 / 120)
    series.horner(r, 1.0 / 24)
    series.horner(r, 1.0 / 6)
    series.horner(r, 0.5)
    exponent = n
    excess = Lanes.fused(r * r, series, r)
  }
}
