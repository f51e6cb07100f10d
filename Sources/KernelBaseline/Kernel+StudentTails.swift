import KernelInterface

extension Kernel {
  package static func logTwoSidedTails(
    statistics: UnsafePointer<Double>, degreesOfFreedom: UnsafePointer<Double>,
    out: UnsafeMutablePointer<Double>, count: Int
  ) {
    var index = 0
    // Safe: the callers own `count` values at each pointer.
    while index &+ 8 <= count {
      studentLogTails(Lanes(at: statistics + index), Lanes(at: degreesOfFreedom + index))
        .store(at: out + index)
      index &+= 8
    }
    if index < count {
      let rest = count &- index
      studentLogTails(
        Lanes(at: statistics + index, count: rest, filler: 0),
        Lanes(at: degreesOfFreedom + index, count: rest, filler: 20)
      ).store(at: out + index, count: rest)
    }
  }
}

/// log P(|T| > |t|) of Student's t distribution with v degrees of freedom.
///
/// With a = v/2, u = log(1 + t²/v) and x = e⁻ᵘ the probability is the regularised incomplete beta
/// function I_x(a, ½) = G(a)/√π ∫_u^∞ e^(−as) (1 − e^(−s))^(−½) ds, G(a) = Γ(a + ½)/Γ(a). Three
/// formulas, each with terms that do not cancel; every lane's value is the same whatever is in the
/// other lanes.
///
/// **v ≥ 15, u ≤ 1** (the body of every scan). With T = a − ¼, τ = 1/(2T), w = √(2Tu) the integral
/// is 2K ∫_w^∞ φ(s) g(τs²) ds with g(u) = √((u/2)/sinh(u/2)) even and K = G(a)/√T = 1 + O(τ²).
/// The powers of g integrate by parts to p = 2φ(w) (M(w) + K w τ B), M Mills' ratio and
/// B = Σ g_k p_2k, p_1 = 1, p_i = uⁱ⁻¹ + (2i − 1) τ p_i−1 (compare Didonato & Morris 1992,
/// doi:10.1145/131766.131776, equation 9). Cut after τ²⁰ the error is below 1e-13.
///
/// **v < 15, u ≤ 1.** The first 8 terms of I_x(a, ½) = √(1−x)/√π Σ G(a+j)/(a+j) xᵃ⁺ʲ (DLMF
/// 8.17.20), and I_x(a + 8, ½) by the formula above, for the same u.
///
/// **u > 1.** 30 terms of that series: x < 0.37, so what is left out is below 1e-13.
@inline(__always)
private func studentLogTails(_ statistic: Lanes, _ freedom: Lanes) -> Lanes {
  let zero = Lanes(repeating: 0)
  let one = Lanes(repeating: 1)
  let isNormal = freedom .> Lanes(repeating: 1e30)
  let v: Lanes = freedom.replacing(with: Lanes(repeating: 1e30), where: isNormal)
  let magnitude: Lanes = statistic.replacing(with: zero - statistic, where: statistic .< zero)
  let argument = Argument(magnitude, v)
  let u = argument.u

  let isSmall = v .< Lanes(repeating: 15)
  let shifted: Lanes = v + zero.replacing(with: Lanes(repeating: 16), where: isSmall)
  let twiceT: Lanes = shifted - Lanes(repeating: 0.5)
  var tau: Lanes = one / twiceT
  tau.replace(with: zero, where: isNormal)
  let gamma = gammaRatio(tau * tau)
  var square: Lanes = twiceT * u
  square.replace(with: magnitude * magnitude, where: isNormal)
  let w = square.squareRoot().bounded(0, 1e150)
  let correction = integratedWeight(u.replacing(with: zero, where: isNormal), tau)
  let weight: Lanes = gamma * correction
  // √(2/π) times the bracket.
  var factor: Lanes = Lanes.fused(weight, w * tau, millsRatio(w))
  factor *= Lanes(repeating: 0.797_884_560_802_865_4)
  var exponent: Lanes = Lanes(repeating: -0.5) * square

  let isFar = (u .> one) .& .!isNormal
  if any(isFar .| isSmall) {
    let x = argument.x
    let a: Lanes = v * Lanes(repeating: 0.5)
    // √((1 − x)/π)·G(a + 8) for small degrees of freedom, with G(a) for others.
    let root: Lanes = (argument.complement * twiceT).squareRoot()
    let scale: Lanes = root * gamma * Lanes(repeating: 0.398_942_280_401_432_7)
    let square: Lanes = x * x
    let power: Lanes = square * square
    // e^(−T′u) as xᵃ·x⁸·x^(−¼).
    let quarter: Lanes = x.squareRoot().squareRoot()
    let remainder: Lanes = factor * (power * power) / quarter
    let head = leadingTerms(a, x)
    let near = Lanes.fused(scale, head.sum, remainder)
    factor.replace(with: near, where: isSmall)
    var first: Lanes = scale / a
    first.replace(with: scale * head.first, where: isSmall)
    factor.replace(with: first * powerSeries(a, x), where: isFar)
    exponent.replace(with: zero - a * u, where: isFar .| isSmall)
  }

  var result: Lanes = exponent + logarithm(of: factor, plus: zero)
  // At t = 0, where the formulas may be a rounding away from 0, and next to it.
  result.replace(with: zero, where: (magnitude .== zero) .| (result .> zero))
  result.replace(
    with: Lanes(repeating: -.infinity), where: magnitude .== Lanes(repeating: .infinity))
  let isDefined = (magnitude .== magnitude) .& (freedom .> zero)
  return result.replacing(with: Lanes(repeating: .nan), where: .!isDefined)
}

/// What t²/v determines, for |t| to the end of the double range.
private struct Argument {
  /// log(1 + t²/v).
  let u: Lanes
  private let ratio: Lanes
  private let sum: Lanes
  private let isHuge: SIMDMask<SIMD8<Int64>>

  @inline(__always)
  init(_ magnitude: Lanes, _ v: Lanes) {
    // Beyond 2⁴⁰⁰ t² is scaled by 2⁻¹²⁰⁰, and 1 + t²/v is t²/v.
    isHuge = magnitude .> Lanes(repeating: 0x1p400)
    let t: Lanes = magnitude.replacing(
      with: magnitude * Lanes(repeating: 0x1p-600), where: isHuge)
    ratio = t * t / v
    sum = ratio + Lanes(repeating: 1)
    let lost: Lanes = ratio - (sum - Lanes(repeating: 1))
    let logarithm = logarithm(
      of: sum.replacing(with: ratio, where: isHuge),
      plus: lost.replacing(with: Lanes(repeating: 0), where: isHuge))
    // 1200 log 2.
    u = logarithm.replacing(
      with: logarithm + Lanes(repeating: 831.776_616_671_934_4), where: isHuge)
  }

  /// x = 1/(1 + t²/v).
  @inline(__always)
  var x: Lanes {
    let reciprocal: Lanes = Lanes(repeating: 1) / sum
    return reciprocal.replacing(with: Lanes(repeating: 0), where: isHuge)
  }

  /// 1 − x.
  @inline(__always)
  var complement: Lanes {
    let difference: Lanes = Lanes(repeating: 1) - x
    let isCancelling = (ratio .< Lanes(repeating: 1)) .& .!isHuge
    return difference.replacing(with: ratio * x, where: isCancelling)
  }
}

/// Γ(T + ¾)/(Γ(T + ¼)√T) from τ² = 1/(2T)², for T ≥ 7: asymptotic, error below 3e-15.
@inline(__always)
private func gammaRatio(_ z: Lanes) -> Lanes {
  var series = Lanes(repeating: 432.7367419505026)
  series.horner(z, -27.324266340583563)
  series.horner(z, 2.442810893058777)
  series.horner(z, -0.33248329162597656)
  series.horner(z, 0.0770263671875)
  series.horner(z, -0.037109375)
  series.horner(z, 0.0625)
  series.horner(z, 1.0)
  return series
}

/// B(u, τ), the sum over the powers of g from the second up, for u ≤ 1, τ < 1/14.
@inline(__always)
private func integratedWeight(_ u: Lanes, _ tau: Lanes) -> Lanes {
  var power = u
  var p = Lanes.fused(3 * tau, Lanes(repeating: 1), power)
  var sum = p * (-0.020833333333333332)
  power *= u
  p = Lanes.fused(5 * tau, p, power)
  power *= u
  p = Lanes.fused(7 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: 0.000390625))
  power *= u
  p = Lanes.fused(9 * tau, p, power)
  power *= u
  p = Lanes.fused(11 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: -7.879670965608466e-06))
  power *= u
  p = Lanes.fused(13 * tau, p, power)
  power *= u
  p = Lanes.fused(15 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: 1.6967665791721782e-07))
  power *= u
  p = Lanes.fused(17 * tau, p, power)
  power *= u
  p = Lanes.fused(19 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: -3.805064191721906e-09))
  power *= u
  p = Lanes.fused(21 * tau, p, power)
  power *= u
  p = Lanes.fused(23 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: 8.748377596315407e-11))
  power *= u
  p = Lanes.fused(25 * tau, p, power)
  power *= u
  p = Lanes.fused(27 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: -2.044523359411974e-12))
  power *= u
  p = Lanes.fused(29 * tau, p, power)
  power *= u
  p = Lanes.fused(31 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: 4.833351797967704e-14))
  power *= u
  p = Lanes.fused(33 * tau, p, power)
  power *= u
  p = Lanes.fused(35 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: -1.152434101767386e-15))
  power *= u
  p = Lanes.fused(37 * tau, p, power)
  power *= u
  p = Lanes.fused(39 * tau, p, power)
  sum.accumulate(p, Lanes(repeating: 2.76605204359937e-17))
  return sum
}

/// Of Σ_j G(a+j)/(a+j) xʲ, divided by G(a + 8): the first 8 terms, and the first alone.
@inline(__always)
private func leadingTerms(_ a: Lanes, _ x: Lanes) -> (sum: Lanes, first: Lanes) {
  // Over the common denominator Π (a + i + ½), since G(a+1) = G(a) (a + ½)/a.
  var sum = Lanes(repeating: 1)
  var first = Lanes(repeating: 1)
  var term = x
  var denominator = a + 0.5
  var j = 1.0
  while j < 8 {
    let factor = a + j
    sum = Lanes.fused(sum, factor, term * denominator)
    first *= factor
    denominator *= factor + 0.5
    term *= x
    j += 1
  }
  let inverse = 1 / denominator
  return (sum * inverse, first * inverse)
}

/// Σ_j (a+½)_j/(a+1)_j xʲ for x < e⁻¹, cut after 30 terms.
@inline(__always)
private func powerSeries(_ a: Lanes, _ x: Lanes) -> Lanes {
  // Over the common denominator (a+1)_29, with all factors divided by a where that is large.
  let unit = 1 / a.bounded(1, 1e30)
  let start = a * unit
  var numerator = Lanes(repeating: 1)
  var denominator = Lanes(repeating: 1)
  var term = Lanes(repeating: 1)
  var j = 1.0
  while j < 30 {
    let factor = Lanes.fused(unit, Lanes(repeating: j), start)
    term *= x * Lanes.fused(unit, Lanes(repeating: -0.5), factor)
    numerator = Lanes.fused(numerator, factor, term)
    denominator *= factor
    j += 1
  }
  return numerator / denominator
}
