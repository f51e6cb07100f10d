import Glibc

/// Residuals of one subject that are correlated in time, Corr(e_s, e_t) = ρ^|s − t| (nlme's `corAR1`
/// and `corCAR1`); those of different subjects are independent.
///
/// Time is counted in a unit of the design: the smallest gap between visits where ρ ≥ 0, the
/// greatest common divisor of all where ρ may be negative. With u = tanh τ, ρ of that unit is u or,
/// where it may not be negative, u²: τ has no bounds, ρ = 0 is a point like others, and powers of ρ
/// have two derivatives there, as none is below 1.
package struct SerialCorrelation: Sendable {
  package let subjectOfRow: [Int]
  /// In the user's unit, to which ρ is reported.
  package let times: [Double]
  package let allowsNegative: Bool
  /// The design's unit of time.
  let unit: Double
  /// Whether ρ may be negative: only where an odd number of units makes one of the user's.
  let isSigned: Bool
  /// The median gap between visits in units; 1 without any.
  let typicalGap: Double

  /// - Precondition: one subject and time a sample; a subject's times differ, by integers where
  ///   `allowsNegative`.
  package init(subjectOfRow: [Int], times: [Double], allowsNegative: Bool) {
    precondition(subjectOfRow.count == times.count)
    let gaps = Self.gaps(subjectOfRow, times)
    precondition(gaps.allSatisfy { $0 > 0 }, "a subject has two rows of one time")
    self.subjectOfRow = subjectOfRow
    self.times = times
    self.allowsNegative = allowsNegative
    if allowsNegative {
      precondition(gaps.allSatisfy { $0 == $0.rounded() }, "gaps are no integers")
      let divisor = max(1, gaps.reduce(0, Self.divisor))
      isSigned = divisor.truncatingRemainder(dividingBy: 2) == 1
      unit = isSigned ? divisor : gaps.min() ?? 1
    } else {
      isSigned = false
      unit = gaps.min() ?? 1
    }
    typicalGap = gaps.isEmpty ? 1 : gaps.sorted()[gaps.count / 2] / unit
  }

  /// Whether ρ may be negative: every two rows of a subject are whole numbers apart.
  package static func hasIntegerGaps(subjectOfRow: [Int], times: [Double]) -> Bool {
    gaps(subjectOfRow, times).allSatisfy { $0 == $0.rounded() }
  }

  /// Differences between successive rows of a subject in time order.
  private static func gaps(_ subjectOfRow: [Int], _ times: [Double]) -> [Double] {
    let order = times.indices.sorted {
      (subjectOfRow[$0], times[$0]) < (subjectOfRow[$1], times[$1])
    }
    return zip(order, order.dropFirst()).filter { subjectOfRow[$0] == subjectOfRow[$1] }
      .map { times[$1] - times[$0] }
  }

  private static func divisor(_ a: Double, _ b: Double) -> Double {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a.truncatingRemainder(dividingBy: b)) }
    return a
  }

  /// Those of some samples.
  func selecting(samples: [Int]) -> SerialCorrelation {
    SerialCorrelation(
      subjectOfRow: samples.map { subjectOfRow[$0] }, times: samples.map { times[$0] },
      allowsNegative: allowsNegative)
  }

  /// Samples by subject and time within a cluster: subjects by their first sample.
  func ordered(_ samples: [Int]) -> [Int] {
    var first: [Int: Int] = [:]
    for sample in samples where first[subjectOfRow[sample]] == nil {
      first[subjectOfRow[sample]] = sample
    }
    func key(_ sample: Int) -> (Int, Double) {
      (first[subjectOfRow[sample], default: 0], times[sample])
    }
    return samples.sorted { key($0) < key($1) }
  }

  /// The time from a sample to a later one of its subject, in units; a whole number where it is one
  /// but for rounding.
  func gap(from earlier: Int, to later: Int) -> Double {
    let gap = max(1, (times[later] - times[earlier]) / unit)
    return abs(gap - gap.rounded()) < 1e-9 ? gap.rounded() : gap
  }

  /// ρ by the user's unit of time; 0 at its bound, whose τ is 0 but for rounding.
  func correlation(_ tau: Double) -> Double {
    guard !isBoundary(tau) else { return 0 }
    let size = exp(exponent * logCorrelation(tau) / unit)
    return isSigned && tau < 0 ? -size : size
  }

  /// Where ρ has some value between visits of the typical gap.
  func parameter(typical correlation: Double) -> Double {
    let size = pow(abs(correlation), 1 / (typicalGap * exponent))
    return correlation < 0 ? -atanh(size) : atanh(size)
  }

  /// Starts for τ: none of them is the point 0, where ρ ≥ 0 has a slope of 0 by τ.
  var starts: [Double] {
    let typical = isSigned ? [-0.3, 0.1, 0.5, 0.85] : [0.1, 0.5, 0.85]
    return typical.map { parameter(typical: $0) }
  }

  /// Whether ρ lies at its bound 0, where there are no negative ones.
  func isBoundary(_ tau: Double) -> Bool { !isSigned && abs(tau) < 1e-4 }

  private var exponent: Double { isSigned ? 1 : 2 }

  /// log |u|.
  private func logCorrelation(_ tau: Double) -> Double {
    log1p(-2 / (exp(2 * abs(tau)) + 1))
  }

  /// r = ρ^gap between successive rows with its derivatives, and 1 − r².
  struct Link {
    var correlation: Double
    var first: Double
    var second: Double
    var rest: Double
  }

  /// What derivatives are taken by.
  enum Coordinate {
    /// τ.
    case parameter
    /// ρ of a unit of time.
    case correlation
  }

  func link(gap: Double, tau: Double, by coordinate: Coordinate) -> Link {
    let power = gap * exponent
    let logSize = logCorrelation(tau)
    let sign: Double =
      isSigned && tau < 0 && gap.truncatingRemainder(dividingBy: 2) == 1 ? -1 : 1
    var link = Link(
      correlation: sign * exp(power * logSize), first: 0, second: 0,
      rest: -expm1(2 * power * logSize))
    let u = abs(tanh(tau))
    let rho = isSigned ? u : u * u
    let direction: Double = tau < 0 ? -1 : 1
    switch coordinate {
    case .parameter:
      // d|u|^s = s |u|^(s − 1) (1 − u²), the slope's sign that of τ.
      let slope = 1 / (cosh(tau) * cosh(tau))
      link.first = sign * direction * power * pow(u, power - 1) * slope
      let bend = power > 1 ? (power - 1) * pow(u, power - 2) * slope * slope : 0
      link.second = sign * power * (bend - 2 * pow(u, power) * slope)
    case .correlation:
      link.first = sign * (isSigned ? direction : 1) * gap * pow(rho, gap - 1)
      link.second = gap > 1 ? sign * gap * (gap - 1) * pow(rho, gap - 2) : 0
    }
    return link
  }
}
