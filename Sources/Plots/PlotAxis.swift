/// One axis of a plot before its place is known.
struct PlotAxis {
  /// What its labels tell of the values.
  enum Kind {
    case number, integer, share
    /// Without ticks: the chart writes its own labels, in so many pixels below the plot.
    case own(room: Double)
  }

  var domain: ClosedRange<Double>
  var label: AxisLabel
  var kind = Kind.number
  /// Values to have ticks at, where they are few; else round ones are taken.
  var preferred: [Double] = []

  /// Ticks that are at most `most`.
  func ticks(most: Int) -> AxisTicks {
    switch kind {
    case .own: return AxisTicks(values: [], step: 0)
    case .number:
      if preferred.count > 1, preferred.count <= most { return AxisTicks(preferred: preferred) }
      return AxisTicks(domain, most: most)
    case .integer: return AxisTicks(domain, most: most, integers: true)
    case .share:
      let hundred = (domain.lowerBound * 100)...(domain.upperBound * 100)
      let ticks = AxisTicks(hundred, most: most)
      return AxisTicks(
        values: ticks.values.map { $0 / 100 }, labels: ticks.labels.map { $0 + " %" })
    }
  }
}

extension AxisTicks {
  init(values: [Double], labels: [String]) {
    self.values = values
    self.labels = labels
    exponent = 0
  }

  /// Ticks at values as they are, with as many decimals as tell them apart, at most three.
  init(preferred values: [Double]) {
    let decimals = (0...3).first { digits in
      values.allSatisfy { value in
        let text = PlotNumber.fixed(value, decimals: digits)
        return text == PlotNumber.fixed(value, decimals: 3).trimmedZeros(to: digits)
      }
    }
    guard let decimals, values.allSatisfy({ abs($0) < 1e5 }) else {
      let widest = (values.max() ?? 1) - (values.min() ?? 0)
      self.init((values.min() ?? 0)...(values.max() ?? 1), most: widest > 0 ? values.count : 2)
      return
    }
    self.init(values: values, labels: values.map { PlotNumber.fixed($0, decimals: decimals) })
  }
}

extension String {
  /// A number with three decimals cut to `digits`, where what is cut is zeros; else as it is.
  fileprivate func trimmedZeros(to digits: Int) -> String {
    let cut = digits == 0 ? 4 : 3 - digits
    let tail = suffix(cut)
    return tail.allSatisfy { $0 == "0" || $0 == "." } ? String(dropLast(cut)) : self
  }
}
