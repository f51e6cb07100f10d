import KernelInterface

extension Kernel {
  package static func decimalDigits(
    _ values: UnsafePointer<Double>, count: Int, significantDigits: Int,
    powersOfTen: UnsafePointer<Double>, digits: UnsafeMutablePointer<UInt64>,
    exponents: UnsafeMutablePointer<UInt64>
  ) {
    let rounding = DecimalRounding(
      significantDigits: significantDigits, powersOfTen: powersOfTen)
    var index = 0
    // Safe: the callers own `count` numbers at each pointer.
    while index &+ 8 <= count {
      let decimal = rounding.decimal(of: Lanes(at: values + index))
      UnsafeMutableRawPointer(digits + index).storeBytes(of: decimal.digits, as: LaneBits.self)
      UnsafeMutableRawPointer(exponents + index)
        .storeBytes(of: decimal.exponent, as: LaneBits.self)
      index &+= 8
    }
    if index < count {
      let decimal = rounding.decimal(
        of: Lanes(at: values + index, count: count &- index, filler: 1))
      var lane = 0
      while index &+ lane < count {
        digits[index &+ lane] = decimal.digits[lane]
        exponents[index &+ lane] = decimal.exponent[lane]
        lane &+= 1
      }
    }
  }
}

/// `DecimalLane.exponentBias`, here where it is inlined.
private var exponentBias: UInt64 {
  @inline(__always) get { 400 }
}

/// What the lanes' doubles hold, or whole numbers.
private typealias LaneBits = SIMD8<UInt64>

/// Rounds the lanes' numbers to significant decimal digits.
private struct DecimalRounding {
  /// 10^(digits − 1).
  private let lowest: Double
  /// 10^digits.
  private let limit: Double
  /// 10^(8 − digits).
  private let filling: UInt64
  /// The address of 10^(digits − 1 − e) lies the biased exponent e below this one.
  private let scales: UnsafePointer<Double>

  @inline(__always)
  init(significantDigits: Int, powersOfTen: UnsafePointer<Double>) {
    // Safe: powers to 10^8 are within the table, and its `decimal(of:)` reads are told there.
    lowest = powersOfTen[significantDigits &- 1]
    limit = powersOfTen[significantDigits]
    filling = UInt64(powersOfTen[8 &- significantDigits])
    scales = powersOfTen + (significantDigits &- 1 &+ Int(exponentBias))
  }

  /// The digits of magnitudes and their biased exponents, 0 where rounding is not certain.
  ///
  /// With e = ⌊log10 2^b⌋ of the binary exponent b, x · 10^(digits − 1 − e) has the digits wanted or
  /// one more; in that case it is divided by ten. Four factors and products are each off by at most
  /// one part in 2^53, so that the rounding is certain unless the scaled number lies within four
  /// such parts of a tie.
  @inline(__always)
  func decimal(of values: Lanes) -> (digits: LaneBits, exponent: LaneBits) {
    let bits = values.bits & LaneBits(repeating: .max >> 1)
    // ⌊log10 2^b⌋ for |b| < 1100 as (b · 78,913) >> 18, b and the quotient biased.
    let biased =
      ((bits &>> 52) &* 78_913
        &+ LaneBits(repeating: exponentBias << 18 &- 1023 &* 78_913)) &>> 18
    // Zero, subnormal numbers, infinities and NaN lie outside as well.
    let isCovered =
      (biased .>= LaneBits(repeating: exponentBias &- 290))
      .& (biased .<= LaneBits(repeating: exponentBias &+ 290))
    var exponent = LaneBits(repeating: exponentBias)
      .replacing(with: biased, where: isCovered)
    let x = unsafeBitCast(bits, to: Lanes.self)
      .replacing(with: Lanes(repeating: 1), where: .!isCovered)
    var scaled = x * scales(exponent)
    let isLonger = scaled .>= Lanes(repeating: limit)
    scaled = scaled.replacing(with: scaled * 0.1, where: isLonger)
    exponent = exponent.replacing(with: exponent &+ 1, where: isLonger)
    // In [2^52, 2^53) the last bit of a double is worth one: the sum is rounded to an integer, which
    // its low bits hold.
    let shifted = scaled + 0x1p52
    let distance = scaled - (shifted - 0x1p52)
    // Four parts in 2^53, doubled to spare the rounding of this bound.
    let room = 0.5 - scaled * 0x1p-50
    let isCertain = isCovered .& (distance .< room) .& (distance .> -room)
    let isCarried = shifted .>= Lanes(repeating: limit + 0x1p52)
    let whole = shifted.replacing(with: Lanes(repeating: lowest + 0x1p52), where: isCarried)
    exponent = exponent.replacing(with: exponent &+ 1, where: isCarried)
    exponent = exponent.replacing(with: LaneBits(repeating: 0), where: .!isCertain)
    let number =
      (whole.bits & LaneBits(repeating: 0xFFFF_FFFF)) &* LaneBits(repeating: filling & 0xFFFF_FFFF)
    return (Self.split(number), exponent)
  }

  /// The powers of ten that scale numbers of these exponents.
  @inline(__always)
  private func scales(_ e: LaneBits) -> Lanes {
    @inline(__always)
    func scale(_ lane: Int) -> Double { scales[0 &- Int(truncatingIfNeeded: e[lane])] }
    // Safe: exponents within ±290 and 1 to 8 digits lead to powers within ±300.
    return Lanes(
      scale(0), scale(1), scale(2), scale(3), scale(4), scale(5), scale(6), scale(7))
  }

  /// The eight digits of numbers below 10^8, the most significant in the lowest byte: halves,
  /// quarters and single digits are split off in ever narrower lanes, with quotients by
  /// multiplication.
  @inline(__always)
  private static func split(_ number: LaneBits) -> LaneBits {
    let low = LaneBits(repeating: 0xFFFF_FFFF)
    let high = ((number & low) &* 109_951_163) &>> 40
    let halves = high | (number &- (high & low) &* 10_000) &<< 32
    let fours = unsafeBitCast(halves, to: SIMD16<UInt32>.self)
    let hundreds = (fours &* 10_486) &>> 20
    let pairs = hundreds | (fours &- hundreds &* 100) &<< 16
    // Products of both halves at once: neither carries into the other.
    let tens = ((pairs &* 103) &>> 10) & SIMD16<UInt32>(repeating: 0x000F_000F)
    return unsafeBitCast(tens | (pairs &- tens &* 10) &<< 8, to: LaneBits.self)
  }
}
