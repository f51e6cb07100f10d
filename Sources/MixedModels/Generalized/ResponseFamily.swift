import Glibc

/// An exponential family with its canonical link: responses y of size m have the log-density
/// m (yη − b(η)) + c(y, m), their mean is b'(η).
///
/// Binomial responses are proportions of m trials with the logit link; Poisson responses are counts
/// with the log link, and m is a weight.
public enum ResponseFamily: String, CaseIterable, Sendable {
  case binomial
  case poisson

  /// What the link is called.
  public var link: String { self == .binomial ? "logit" : "log" }

  /// b(η).
  func cumulant(_ eta: Double) -> Double {
    switch self {
    case .binomial: max(eta, 0) + log1p(exp(-abs(eta)))
    case .poisson: exp(eta)
    }
  }

  /// b'(η), the mean of a response of linear predictor η.
  public func mean(_ eta: Double) -> Double {
    switch self {
    case .binomial: eta >= 0 ? 1 / (1 + exp(-eta)) : exp(eta) / (1 + exp(eta))
    case .poisson: exp(eta)
    }
  }

  /// b', b'' and b''' at η: mean, variance and its slope.
  ///
  /// Variances do not fall below the resolution of doubles, so that a working response is finite.
  func moments(_ eta: Double) -> (mean: Double, variance: Double, slope: Double) {
    switch self {
    case .binomial:
      // exp of a negative number: neither overflows nor cancels.
      let odds = exp(-abs(eta))
      let inverse = 1 / (1 + odds)
      let (tail, body) = (odds * inverse, inverse)
      let variance = max(tail * body, Self.leastVariance)
      let difference = eta >= 0 ? tail - body : body - tail
      return (eta >= 0 ? body : tail, variance, variance * difference)
    case .poisson:
      let mean = max(exp(eta), Self.leastVariance)
      return (mean, mean, mean)
    }
  }

  private static let leastVariance = 0x1p-52

  /// The η that a response would have as its mean; 0 where it is at the end of its range, and for
  /// binomial ones.
  func link(of y: Double) -> Double { self == .poisson && y > 0 ? log(y) : 0 }

  /// b(η) − yη less what it is at least, by trial: a log-density is that of a best fit less m times
  /// this. Of large counts both are large and their difference is small.
  ///
  /// - Parameter link: that of the response.
  func shortfall(_ y: Double, _ eta: Double, link: Double) -> Double {
    guard self == .poisson, y > 0 else { return cumulant(eta) - y * eta }
    let distance = eta - link
    return y * (expm1(distance) - distance)
  }

  /// The log-density where the shortfall is 0.
  func logNormaliser(_ y: Double, size m: Double) -> Double {
    switch self {
    case .binomial: lgamma(m + 1) - lgamma(m * y + 1) - lgamma(m * (1 - y) + 1)
    case .poisson: m * Self.logDensityAtMean(y)
    }
  }

  /// y log y − y − log y!, beyond 16 by Stirling's series.
  private static func logDensityAtMean(_ y: Double) -> Double {
    guard y > 0 else { return 0 }
    guard y >= 16 else { return y * log(y) - y - lgamma(y + 1) }
    let inverse = 1 / (y * y)
    let series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / y
    return -0.5 * log(2 * Double.pi * y) - series
  }

  /// The mean of any of a family's responses that has no predictor, inside its range.
  func linkOfMean(_ mean: Double) -> Double {
    switch self {
    case .binomial:
      let inner = min(max(mean, 1e-6), 1 - 1e-6)
      return log(inner / (1 - inner))
    case .poisson: return log(max(mean, 1e-6))
    }
  }

  /// Where a response lies at the end of its range: −1 at the lower, 1 at the upper, 0 inside.
  func end(_ y: Double) -> Int {
    if y <= 0 { return -1 }
    return self == .binomial && y >= 1 ? 1 : 0
  }
}
