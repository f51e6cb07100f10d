/// Observed against expected p-values.
package struct QQPlot: Chart {
  /// The p-values of one class of pairs.
  package struct Series: Sendable {
    package let label: String
    package let lambda: Double
    package let expected: [Double]
    package let observed: [Double]

    /// - Parameters:
    ///   - lambda: the inflation factor; NaN where it is unknown.
    ///   - expected: −log₁₀ p under the null hypothesis.
    ///   - observed: −log₁₀ p at the same rank.
    package init(label: String, lambda: Double, expected: [Double], observed: [Double]) {
      precondition(
        expected.count == observed.count, "\(expected.count) and \(observed.count) p-values")
      self.label = label
      self.lambda = lambda
      self.expected = expected
      self.observed = observed
    }
  }

  /// Where at least 95 % of the p-values of each rank lie under the null hypothesis, were they
  /// independent.
  package struct Band: Sendable {
    package let expected: [Double]
    package let lower: [Double]
    package let upper: [Double]

    package init(expected: [Double], lower: [Double], upper: [Double]) {
      precondition(
        expected.count == lower.count && expected.count == upper.count,
        "\(expected.count), \(lower.count) and \(upper.count) places")
      self.expected = expected
      self.lower = lower
      self.upper = upper
    }
  }

  package var title: String
  package var howToRead: String
  let series: [Series]
  let band: Band?

  package init(
    title: String = "Observed and expected p-values", series: [Series], band: Band?,
    howToRead: String = howToRead("Were no effect dynamic")
  ) {
    self.title = title
    self.howToRead = howToRead
    self.series = series
    self.band = band
  }

  /// How to read a plot whose band is that of the class with the fewest pairs that reaches a place.
  ///
  /// - Parameter null: the null hypothesis as the beginning of a sentence.
  package static func howToRead(_ null: String) -> String {
    """
    \(null), all dots would lie about the line; of independent pairs 95 % or more inside the grey \
    band at each place. It is the band of the smallest class that has dots there, and narrows \
    where a larger class alone goes on. Dots that leave it upwards at the right end are signal, \
    though pairs in linkage leave it together; dots above it all along (λ well over 1) mean that \
    the tests are too liberal.
    """
  }

  private static func finite(_ series: Series) -> [Int] {
    series.expected.indices.filter {
      series.expected[$0].isFinite && series.observed[$0].isFinite
    }
  }

  package var emptyReason: String? {
    series.allSatisfy { Self.finite($0).isEmpty }
      ? "There are no p-values to compare with those expected." : nil
  }

  package var summary: String {
    series.map { "\($0.label): λ = \(Self.text($0.lambda))" }.joined(separator: "; ") + "."
  }

  private static func text(_ lambda: Double) -> String {
    lambda.isFinite ? PlotNumber.fixed(lambda, decimals: 3) : "unknown"
  }

  /// Where there is room, the plot is square and the legend stands beside it.
  private static func isWide(_ width: Double) -> Bool { width >= 600 }

  package func height(width: Double) -> Double {
    Self.isWide(width) ? 440 : min(width, 460) + legend.height(width: width) + 6
  }

  private var legend: Legend {
    Legend(
      entries: series.enumerated().map { index, series in
        (
          .dot(Ink.series[index % Ink.series.count]),
          "\(series.label), λ = \(Self.text(series.lambda))"
        )
      })
  }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let isWide = Self.isWide(box.rectangle.width)
    let column = (box.rectangle.width * 0.32).rounded()
    let rest =
      isWide
      ? box.rectangle.inset(right: column + 24)
      : legend.draw(on: &drawing, in: box.rectangle)
    var rightmost = 1.0
    var highest = 1.0
    for series in series {
      for index in Self.finite(series) {
        rightmost = max(rightmost, series.expected[index])
        highest = max(highest, series.observed[index])
      }
    }
    let expected = 0...(rightmost * 1.03)
    let observed = 0...(max(highest, rightmost) * 1.05)
    let area = PlotArea(
      in: rest, x: PlotAxis(domain: expected, label: AxisLabel("Expected −log₁₀ p")),
      y: PlotAxis(domain: observed, label: AxisLabel("Observed −log₁₀ p")),
      isSquare: isWide)
    if isWide {
      let left = area.inner.right - box.rectangle.x + 32
      var column = legend
      column.isColumn = true
      _ = column.draw(
        on: &drawing, in: box.rectangle.inset(left: left, top: area.inner.y - box.rectangle.y))
    }
    if let band {
      let kept = band.expected.indices.filter {
        expected.contains(band.expected[$0])
      }.sorted { band.expected[$0] < band.expected[$1] }
      drawing.band(
        kept.map { area.place(band.expected[$0], max(0, band.lower[$0])) },
        kept.map { area.place(band.expected[$0], min(observed.upperBound, band.upper[$0])) },
        .identityBand)
    }
    area.draw(on: &drawing, hasGrid: false)
    drawing.line(
      area.place(0, 0), area.place(expected.upperBound, expected.upperBound), .identity)
    var thinning = PixelThinning()
    for (order, series) in series.enumerated() {
      let dots = Self.finite(series).map {
        area.place(series.expected[$0], max(0, series.observed[$0]))
      }.filter { thinning.isFirst($0, group: order) }
      drawing.dots(dots, Ink.series[order % Ink.series.count])
    }
  }
}
