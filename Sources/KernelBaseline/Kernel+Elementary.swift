import KernelInterface

extension Kernel {
  package static func exponentials(
    _ values: UnsafePointer<Double>, out: UnsafeMutablePointer<Double>, count: Int
  ) {
    var index = 0
    // Safe: the callers own `count` values at each pointer.
    while index &+ 8 <= count {
      exponential(Lanes(at: values + index)).store(at: out + index)
      index &+= 8
    }
    if index < count {
      let rest = count &- index
      exponential(Lanes(at: values + index, count: rest, filler: 0))
        .store(at: out + index, count: rest)
    }
  }

  package static func cotangents(
    logPValues: UnsafePointer<Double>, out: UnsafeMutablePointer<Double>, count: Int
  ) {
    var index = 0
    // Safe: the callers own `count` values at each pointer.
    while index &+ 8 <= count {
      cotangent(logP: Lanes(at: logPValues + index)).store(at: out + index)
      index &+= 8
    }
    if index < count {
      let rest = count &- index
      cotangent(logP: Lanes(at: logPValues + index, count: rest, filler: -1))
        .store(at: out + index, count: rest)
    }
  }
}

/// cot(πp) from log p in [−600, 0).
///
/// log p = n log 2 + r with |r| ≤ ½ log 2 gives p = 2ⁿ (1 + q), q = eʳ − 1, without loss near the
/// zero and the pole: cot(πp) = cot(πq) for n = 0, tan(−πq/2) for n = −1, and as it stands for
/// n ≤ −2, where p < 0.354. Sine and cosine of an angle below 1.12 by their Taylor series.
@inline(__always)
private func cotangent(logP: Lanes) -> Lanes {
  let bounded = logP.bounded(-700, 0)
  let parts = ExponentialParts(bounded)
  let q = parts.excess
  let aboutOne = parts.exponent .== .zero
  let aboutHalf = parts.exponent .== Lanes(repeating: -1)
  var z = (1 + q) * powerOfTwo(parts.exponent)
  z = z.replacing(with: q, where: aboutOne)
  z = z.replacing(with: -0.5 * q, where: aboutHalf)
  let angle = z * Double.pi
  let square = angle * angle
  // To angle¹⁹ and angle²⁰: what is left out is below 1e-16 of each.
  var sine = Lanes(repeating: -1.0 / 121_645_100_408_832_000)
  sine.horner(square, 1.0 / 355_687_428_096_000)
  sine.horner(square, -1.0 / 1_307_674_368_000)
  sine.horner(square, 1.0 / 6_227_020_800)
  sine.horner(square, -1.0 / 39_916_800)
  sine.horner(square, 1.0 / 362_880)
  sine.horner(square, -1.0 / 5040)
  sine.horner(square, 1.0 / 120)
  sine.horner(square, -1.0 / 6)
  sine = Lanes.fused(angle * square, sine, angle)
  var cosine = Lanes(repeating: 1.0 / 2_432_902_008_176_640_000)
  cosine.horner(square, -1.0 / 6_402_373_705_728_000)
  cosine.horner(square, 1.0 / 20_922_789_888_000)
  cosine.horner(square, -1.0 / 87_178_291_200)
  cosine.horner(square, 1.0 / 479_001_600)
  cosine.horner(square, -1.0 / 3_628_800)
  cosine.horner(square, 1.0 / 40_320)
  cosine.horner(square, -1.0 / 720)
  cosine.horner(square, 1.0 / 24)
  cosine.horner(square, -0.5)
  cosine.horner(square, 1)
  return sine.replacing(with: cosine, where: .!aboutHalf)
    / cosine.replacing(with: sine, where: .!aboutHalf)
}
