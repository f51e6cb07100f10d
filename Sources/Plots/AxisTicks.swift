import Glibc

/// Round values on an axis, and their labels.
struct AxisTicks {
  let values: [Double]
  let labels: [String]
  /// Labels are multiples of ten to this power, which the axis's name says; 0 where they are plain.
  let exponent: Int

  /// At most `most` ticks at multiples of 1, 2, 2.5 or 5 times a power of ten.
  ///
  /// - Parameter integers: whether ticks between integers are nonsense, as of counts.
  init(_ domain: ClosedRange<Double>, most: Int, integers: Bool = false) {
    let width = domain.upperBound / 2 - domain.lowerBound / 2
    let most = max(2, most)
    let rough = width / Double(most) * 2
    guard rough > 0, rough.isFinite else {
      self.init(values: [domain.lowerBound], step: 0)
      return
    }
    let decade = pow(10, floor(log10(rough)))
    let factors: [Double] = [1, 2, 2.5, 5, 10, 20, 25, 50]
    for factor in factors {
      let step = factor * decade
      if integers, step < 1 || step != step.rounded() { continue }
      let ticks = Self.multiples(of: step, in: domain)
      if ticks.count <= most, !ticks.isEmpty {
        self.init(values: ticks, step: step)
        return
      }
    }
    if integers {
      self.init(values: Self.multiples(of: 1, in: domain), step: 1)
    } else {
      self.init(values: [domain.lowerBound, domain.upperBound], step: width * 2)
    }
  }

  private static func multiples(of step: Double, in domain: ClosedRange<Double>) -> [Double] {
    let slack = step * 1e-6
    let first = ((domain.lowerBound - slack) / step).rounded(.up)
    let last = ((domain.upperBound + slack) / step).rounded(.down)
    guard first <= last, last - first < 200 else { return [] }
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// Ticks at given values, `step` apart, which decides the decimals of their labels.
  init(values: [Double], step: Double) {
    self.values = values
    let largest = values.lazy.map { abs($0) }.max() ?? 0
    let size = largest > 0 ? Int(floor(log10(largest) + 1e-9)) : 0
    var digits = step > 0 ? Self.decimals(of: step) : max(0, 2 - size)
    var exponent = 0
    // A common factor, unless the labels are long with it, too.
    let scaled = step > 0 ? Self.decimals(of: step / pow(10, Double(size))) : 2
    if size >= 6 || size < -2, scaled <= 5 {
      exponent = size
      digits = scaled
    }
    self.exponent = exponent
    let unit = pow(10, Double(exponent))
    labels = values.map {
      exponent == 0 && digits > 12
        ? PlotNumber.significant($0) : PlotNumber.fixed($0 / unit, decimals: digits)
    }
  }

  /// How many decimals show `step` as it is: 0.25 has two.
  private static func decimals(of step: Double) -> Int {
    var count = max(0, -Int(floor(log10(step) + 1e-9)))
    let scaled = step * pow(10, Double(count))
    if abs(scaled - scaled.rounded()) > 1e-6 { count += 1 }
    return count
  }
}
