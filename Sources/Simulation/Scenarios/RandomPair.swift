import Distributions

/// The distribution of a random intercept and a random slope.
struct RandomPair {
  var sdIntercept: Double
  var sdSlope: Double
  var correlation: Double

  /// An intercept and a slope.
  func next(from numbers: inout RandomNumbers) -> (intercept: Double, slope: Double) {
    let first = numbers.normal()
    let second = numbers.normal()
    let own = (1 - correlation * correlation).squareRoot()
    return (sdIntercept * first, sdSlope * (correlation * first + own * second))
  }

  /// The pair with its intercept at another place: that of the time `shift` before this one's 0.
  func moved(by shift: Double) -> RandomPair {
    let covariance = correlation * sdIntercept * sdSlope
    let variance =
      sdIntercept * sdIntercept - 2 * shift * covariance + shift * shift * sdSlope * sdSlope
    let moved = covariance - shift * sdSlope * sdSlope
    let sd = variance.squareRoot()
    return RandomPair(sdIntercept: sd, sdSlope: sdSlope, correlation: moved / (sd * sdSlope))
  }
}
