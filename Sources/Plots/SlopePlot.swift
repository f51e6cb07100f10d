/// How fast the expression of each donor changes, by genotype.
package struct SlopePlot: Chart {
  package var title: String
  package var howToRead: String
  let genotypes: [Double]
  let slopes: [Double]
  let predicted: [Double]
  let labels: GenotypeLabels
  let slopeAxis: AxisLabel
  private let absence: String?

  /// - Parameters:
  ///   - genotypes: dosages of donors, 0 to 2.
  ///   - slopes: of the same donors: the fixed part and the BLUP.
  ///   - predicted: the mean slope that the model gives the three genotypes; NaN where it gives none.
  ///   - isWholeEffect: whether the dynamic effect is a difference of slopes, and nothing else.
  ///   - absence: why there is nothing to draw; nil where there is something.
  package init(
    title: String = "Donors' slopes by genotype", genotypes: [Double], slopes: [Double],
    predicted: [Double], labels: GenotypeLabels, slopeAxis: AxisLabel,
    absence: String? = nil, isWholeEffect: Bool = true
  ) {
    precondition(
      genotypes.count == slopes.count && predicted.count == 3,
      "genotypes \(genotypes.count), slopes \(slopes.count), predicted \(predicted.count)")
    self.title = title
    howToRead =
      "Each mark is a donor's own slope of expression over time, as the model estimates it (BLUP, "
      + "shrunken towards the mean); bars are the mean slope the model expects of each genotype. "
      + (isWholeEffect
        ? "Bars at different heights are the dynamic effect."
        : "Slopes are from the first to the last time: bars at different heights are a part of the dynamic "
          + "effect, which may also bend between.")
    self.genotypes = genotypes
    self.slopes = slopes
    self.predicted = predicted
    self.labels = labels
    self.slopeAxis = slopeAxis
    self.absence = absence
  }

  /// Slopes of the donors of each genotype.
  private var groups: [[Double]] {
    var groups = [[Double]](repeating: [], count: 3)
    for (dosage, slope) in zip(genotypes, slopes) where slope.isFinite {
      if let genotype = GenotypeLabels.rounded(dosage) { groups[genotype].append(slope) }
    }
    return groups
  }

  package var emptyReason: String? {
    if let absence { return absence }
    return groups.allSatisfy(\.isEmpty)
      ? "No donor has a slope: the model has no random slope, or its fit failed." : nil
  }

  package var summary: String {
    let groups = groups
    return "Slopes of "
      + (0...2).map {
        let mean = predicted[$0].isFinite ? PlotNumber.significant(predicted[$0]) : "none"
        return "\(groups[$0].count) donors with \(labels.names[$0]), model's mean \(mean)"
      }.joined(separator: "; ") + "."
  }

  package func height(width: Double) -> Double { width < 480 ? 320 : min(400, width * 0.55) }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let groups = groups
    let values = groups.flatMap { $0 } + predicted.filter(\.isFinite)
    let area = PlotArea(
      in: box.rectangle,
      x: PlotAxis(
        domain: 0...3, label: AxisLabel("Genotype"), kind: .own(room: 38)),
      y: PlotAxis(
        domain: (LinearScale.range(values) ?? 0...1).padded(0.05), label: slopeAxis))
    area.draw(on: &drawing)
    let zero = area.y(0)
    if zero > area.inner.y, zero < area.inner.bottom {
      drawing.line(
        Point(x: area.inner.x, y: zero), Point(x: area.inner.right, y: zero), .identity)
    }
    let shapes: [Shape] = [.circle, .triangle, .square]
    for genotype in 0...2 {
      let middle = area.x(Double(genotype) + 0.5)
      let column = area.inner.width / 3
      let size = groups[genotype].count > 300 ? 4.0 : 6.0
      let places = Swarm.places(
        of: groups[genotype].map { area.y($0) }, around: middle, width: column * 0.8,
        size: size)
      drawing.shapes(shapes[genotype], size: size, at: places, Ink.marks[genotype])
      if predicted[genotype].isFinite {
        let y = area.y(predicted[genotype])
        drawing.line(
          Point(x: middle - column * 0.32, y: y), Point(x: middle + column * 0.32, y: y), .mean)
      }
      let name = TextMetrics.fit(labels.names[genotype], width: column - 6, .strong)
      drawing.text(
        name, x: middle, baseline: area.inner.bottom + 16, .strong, anchor: .middle)
      drawing.text(
        "n = \(PlotNumber.count(groups[genotype].count))", x: middle,
        baseline: area.inner.bottom + 32, .small, anchor: .middle, isMuted: true)
    }
  }
}
