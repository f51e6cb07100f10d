/// The trajectories of one gene by genotype in little room, for a grid of many genes.
package struct SmallTrajectory: Chart {
  /// The mean of what was measured of donors with one genotype at one time.
  package struct ObservedMean: Sendable {
    package let genotype: Int
    package let time: Double
    package let mean: Double

    /// - Parameter genotype: copies of the effect allele: 0, 1 or 2.
    package init(genotype: Int, time: Double, mean: Double) {
      precondition((0...2).contains(genotype), "genotype \(genotype)")
      self.genotype = genotype
      self.time = time
      self.mean = mean
    }
  }

  package var howToRead: String
  let gene: String
  let minusLog10P: Double
  let fits: [GenotypeFit]
  let observed: [ObservedMean]
  let labels: GenotypeLabels
  let timeAxis: AxisLabel
  let expressionAxis: AxisLabel

  package init(
    gene: String, minusLog10P: Double, fits: [GenotypeFit], observed: [ObservedMean],
    labels: GenotypeLabels, timeAxis: AxisLabel, expressionAxis: AxisLabel,
    howToRead: String = """
    Lines are the means the model fits for the three genotypes of the lead variant, with 95 % \
    confidence bands; circles, triangles and squares are the means of what was measured.
    """
  ) {
    self.gene = gene
    self.minusLog10P = minusLog10P
    self.fits = fits
    self.observed = observed
    self.labels = labels
    self.timeAxis = timeAxis
    self.expressionAxis = expressionAxis
    self.howToRead = howToRead
  }

  package var title: String { "\(gene), p = \(PlotNumber.pValue(minusLog10: minusLog10P))" }

  private var points: [ObservedMean] {
    observed.filter { $0.time.isFinite && $0.mean.isFinite }
  }

  package var emptyReason: String? {
    points.isEmpty && fits.allSatisfy { $0.values.isEmpty }
      ? "\(gene): neither fit nor measurements." : nil
  }

  package var summary: String {
    fits.compactMap { fit in
      guard let first = fit.mean.first(where: \.isFinite),
        let last = fit.mean.last(where: \.isFinite)
      else { return nil }
      return "\(labels.names[fit.genotype]) from \(PlotNumber.significant(first))"
        + " to \(PlotNumber.significant(last))"
    }.joined(separator: ", ") + "."
  }

  package func height(width: Double) -> Double { (width * 0.82).rounded() }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let rectangle = box.rectangle
    let p = "p = \(PlotNumber.pValue(minusLog10: minusLog10P))"
    let room = TextMetrics.width(p, .small)
    drawing.text(
      TextMetrics.fit(gene, width: rectangle.width - room - 10, .strong), x: rectangle.x,
      baseline: rectangle.y + 13, .strong)
    drawing.text(
      p, x: rectangle.right, baseline: rectangle.y + 13, .small, anchor: .end, isMuted: true)
    let present = Set(fits.map(\.genotype) + points.map(\.genotype)).sorted()
    // All names in one row.
    let column = max(24, rectangle.width / Double(max(1, present.count)) - 36)
    let legend = Legend(
      entries: present.map { genotype in
        (
          .shape(Self.shapes[genotype], Ink.marks[genotype]),
          TextMetrics.fit(labels.names[genotype], width: column, .small)
        )
      })
    let rest = legend.draw(on: &drawing, in: rectangle.inset(top: 20))
    let times = fits.flatMap { $0.times } + points.map(\.time)
    let values = fits.flatMap { $0.values } + points.map(\.mean)
    let area = PlotArea(
      in: rest,
      x: PlotAxis(
        domain: (LinearScale.range(times) ?? 0...1).padded(0.03), label: timeAxis,
        preferred: TrajectoryPlot.few(points.map(\.time))),
      y: PlotAxis(
        domain: (LinearScale.range(values) ?? 0...1).padded(0.06), label: expressionAxis))
    area.draw(on: &drawing)
    for fit in fits { fit.draw(on: &drawing, in: area) }
    for fit in fits { fit.drawLine(on: &drawing, in: area) }
    for genotype in 0...2 {
      drawing.shapes(
        Self.shapes[genotype], size: 6.5,
        at: points.filter { $0.genotype == genotype }.map { area.place($0.time, $0.mean) },
        Ink.marks[genotype])
    }
  }

  private static let shapes: [Shape] = [.circle, .triangle, .square]
}
