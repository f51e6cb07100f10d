import Glibc

/// Maps an interval of values to an interval of pixels.
struct LinearScale {
  let lower: Double
  let upper: Double
  let start: Double
  let end: Double

  /// - Parameters:
  ///   - domain: values, finite; widened where it is one value.
  ///   - start: the pixel of `domain.lowerBound`.
  ///   - end: the pixel of `domain.upperBound`; may lie before `start`.
  init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    let wide = Self.widened(domain)
    lower = wide.lowerBound
    upper = wide.upperBound
    self.start = start
    self.end = end
  }

  /// Divides before it multiplies, and halves where a width is beyond the range of doubles.
  func callAsFunction(_ value: Double) -> Double {
    let width = upper - lower
    let share =
      width.isFinite
      ? (value - lower) / width : (value / 2 - lower / 2) / (upper / 2 - lower / 2)
    return start + share * (end - start)
  }

  /// `domain`, or an interval around it where it is too narrow for doubles to tell its ends apart.
  private static func widened(_ domain: ClosedRange<Double>) -> ClosedRange<Double> {
    precondition(
      domain.lowerBound.isFinite && domain.upperBound.isFinite, "domain \(domain) is not finite")
    let size = max(abs(domain.lowerBound), abs(domain.upperBound))
    if domain.upperBound / 2 - domain.lowerBound / 2 > size * 1e-11 { return domain }
    let middle = domain.lowerBound / 2 + domain.upperBound / 2
    let half = size == 0 ? 1 : size * 0.1
    return (middle - half)...(middle + half)
  }

  /// The interval of the finite ones of `values`, nil where there is none.
  static func range(_ values: some Sequence<Double>) -> ClosedRange<Double>? {
    var lower = Double.infinity
    var upper = -Double.infinity
    for value in values where value.isFinite {
      lower = min(lower, value)
      upper = max(upper, value)
    }
    return lower <= upper ? lower...upper : nil
  }
}

extension ClosedRange<Double> {
  /// The interval with a share of its width added on each side.
  func padded(_ share: Double) -> ClosedRange<Double> {
    let room = (upperBound / 2 - lowerBound / 2) * 2 * share
    let lower = lowerBound - room
    let upper = upperBound + room
    return lower.isFinite && upper.isFinite ? lower...upper : self
  }

  /// The smallest interval that holds this one and `value`.
  func including(_ value: Double) -> ClosedRange<Double> {
    value.isFinite ? Swift.min(lowerBound, value)...Swift.max(upperBound, value) : self
  }
}
