import Glibc

/// The Cauchy combination of p-values (ACAT), equal weights, one value at a time.
///
/// T = (1/n) Σ tan((1/2 − pᵢ)π) has, when every pᵢ is uniform, a Cauchy tail whatever their
/// dependence, so the combined p-value is 1/2 − arctan(T)/π (Liu & Xie 2020,
/// doi:10.1080/01621459.2018.1554485; Liu et al. 2019, doi:10.1016/j.ajhg.2019.01.002).
///
/// **Cap.** Each pᵢ is capped at 1 − 1/n, with n the number of p-values combined, so that one value
/// at 1 does not outweigh all others: Liu et al. replace p = 1 so; capping all above it as well
/// keeps the combination monotone. Of one p-value, whose cap would be 0, the combined p is that
/// value itself. The combined p therefore never exceeds 1 − 1/n for n > 1.
///
/// **Guarantee.** The result depends only on the multiset of values added, to the last bit: not on
/// their order, nor on how they were split into accumulators that were merged. This holds because
/// each value's term is summed exactly (`ExactSum`) and rounded once. The combined p is correct to
/// 1e-12 relative, and its logarithm to 1e-15 relative below the double range, unless terms of
/// both signs cancel to less than 1e-3 of their magnitude (hundreds of values at the cap against
/// one of p ≈ 1/n²), when each lost digit costs one.
///
/// **Memory.** A few words, and 8 or 16 bytes for each value that is above the cap when it is added
/// (about log n of them when p-values are uniform) or below e⁻⁶⁰⁰.
package struct CauchyCombination: Sendable {
  /// The number of p-values combined: those added that were not NaN.
  package private(set) var count = 0

  /// Terms cot(πp) of the values that lie below the cap now, and so for ever: it only rises.
  package private(set) var terms = ExactSum()
  /// Values above the cap when they were added, and the first value.
  package private(set) var pending: [Term] = []
  /// Logarithms of values below e⁻⁶⁰⁰, whose terms could overflow when summed.
  package private(set) var extremes: [Double] = []

  private static let extremeLogP = -600.0

  /// A value and its term, kept together so that the term does not depend on when it is summed.
  package struct Term: Sendable {
    package var logP: Double
    /// cot(πp).
    package var cotangent: Double

    package init(logP: Double, cotangent: Double) {
      self.logP = logP
      self.cotangent = cotangent
    }
  }

  package init() {}

  /// The combination whose state was taken down.
  package init(count: Int, terms: ExactSum, pending: [Term], extremes: [Double]) {
    self.count = count
    self.terms = terms
    self.pending = pending
    self.extremes = extremes
  }

  /// Combines the natural logarithms of p-values; NaN are left out.
  package init(_ logPValues: [Double]) {
    for logP in logPValues { add(logP: logP) }
  }

  /// Adds a p-value, given by its natural logarithm (−∞ for 0).
  ///
  /// NaN (a pair without a p-value) is left out and not counted. A logarithm above 0 by rounding
  /// counts as 0; one above 1e-9 is a programmer error.
  /// - Complexity: O(1).
  package mutating func add(logP: Double) {
    guard !logP.isNaN else { return }
    add(Term(logP: logP, cotangent: Self.cotangent(min(logP, 0))))
  }

  /// Adds p-values, given by their natural logarithms and the cotangents cot(πp) of the p-values
  /// (any number where the logarithm is below −600 or not below 0).
  ///
  /// As `add(logP:)` of each, but that the terms come from the caller, who may compute eight at a
  /// time: they must be right to a few units in the last place, and the same for the same value.
  /// - Precondition: the two have the same length.
  /// - Complexity: a few nanoseconds a value.
  package mutating func add(logPValues: Span<Double>, cotangents: Span<Double>) {
    precondition(
      logPValues.count == cotangents.count,
      "\(logPValues.count) p-values, \(cotangents.count) cotangents")
    var accumulator = ExactAccumulator()
    var room = ExactAccumulator.capacity
    for index in logPValues.indices {
      let logP = logPValues[index]
      // 1 − p ≥ (1 − 1/e) min(−log p, 1), so that p below is surely not above the cap 1 − 1/n. The
      // others are few (1.6 in n): near the cap, NaN, the first value, extremes.
      let isPlain = logP >= Self.extremeLogP && max(logP, -1) * Double(count + 1) < -1.6
      guard isPlain else {
        if !logP.isNaN { add(Term(logP: logP, cotangent: cotangents[index])) }
        continue
      }
      count += 1
      accumulator.add(cotangents[index])
      room -= 1
      if room == 0 {
        accumulator.move(to: &terms)
        room = ExactAccumulator.capacity
      }
    }
    accumulator.move(to: &terms)
  }

  private mutating func add(_ term: Term) {
    precondition(term.logP <= 1e-9, "logarithm of a p-value is \(term.logP)")
    let value = Term(logP: min(term.logP, 0), cotangent: term.cotangent)
    count += 1
    // One p-value is returned as it came, so the first is kept until a second is known.
    if count == 1 || Self.isCapped(value.logP, count: count) {
      pending.append(value)
    } else {
      include(value)
    }
  }

  /// Adds all values of another combination, as if each had been added here.
  package mutating func merge(_ other: CauchyCombination) {
    count += other.count
    terms.add(other.terms)
    pending += other.pending
    extremes += other.extremes
  }

  /// The natural logarithm of the combined p-value; NaN when no value was added, −∞ when one was 0.
  package var logP: Double {
    guard count > 1 else { return pending.first?.logP ?? .nan }
    var settled = self
    settled.pending = []
    var capped = 0
    for value in pending {
      if Self.isCapped(value.logP, count: count) { capped += 1 } else { settled.include(value) }
    }
    let n = Double(count)
    // cot(π(1 − 1/n)); 0, not its rounding, for two values.
    if count > 2, capped > 0 { settled.terms.add(-Double(capped) / tan(.pi / n)) }
    return settled.logTail()
  }

  /// log(1/2 − arctan(T)/π) once every value is among the terms or the extremes.
  private func logTail() -> Double {
    let n = Double(count)
    let sum = terms.rounded
    guard let smallest = extremes.min() else {
      // arctan(1/T)/π loses nothing in either tail, where 1/2 − arctan(T)/π would cancel.
      if sum == 0 { return -_log2 }
      let tail = atan(n / abs(sum)) / .pi
      return sum > 0 ? log(tail) : log1p(-tail)
    }
    guard smallest > -.infinity else { return smallest }
    // πT·n·p with p the smallest value: cot(πp) is 1/(πp), and arctan(1/T) is 1/T, to 500 digits.
    var scaled = ExactSum()
    for value in extremes { scaled.add(exp(smallest - value)) }
    // In two factors, since p itself may be below the double range while p·sum is not.
    let root = exp(smallest / 2)
    scaled.add(.pi * sum * root * root)
    return smallest + log(n / scaled.rounded)
  }

  private mutating func include(_ value: Term) {
    if value.logP < Self.extremeLogP {
      extremes.append(value.logP)
    } else {
      terms.add(value.cotangent)
    }
  }

  private static func isCapped(_ logP: Double, count: Int) -> Bool {
    -expm1(logP) * Double(count) < 1
  }

  /// tan((1/2 − p)π) = cot(πp) from log p in [−600, 0), to a few units in the last place;
  /// any number outside.
  static func cotangent(_ logP: Double) -> Double {
    if logP < -1.4 { return 1 / tan(.pi * exp(logP)) }
    if logP > -0.28 { return 1 / tan(.pi * expm1(logP)) }
    // About p = 1/2 the difference 1/2 − p is −expm1(log p + log 2)/2, with log 2 in two parts.
    return tan(-0.5 * .pi * expm1((logP + _log2) + _log2Remainder))
  }
}

/// log 2 rounded to double, and what the rounding left.
private let _log2 = 0.6931471805599453
private let _log2Remainder = 2.3190468138462996e-17
