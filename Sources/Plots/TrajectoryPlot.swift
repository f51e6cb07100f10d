/// Donors' expression over time by genotype, and what the model expects of each genotype.
package struct TrajectoryPlot: Chart {
  package var title: String
  package var howToRead: String
  let donors: [DonorTrajectory]
  let fits: [GenotypeFit]
  let labels: GenotypeLabels
  let timeAxis: AxisLabel
  let expressionAxis: AxisLabel

  /// More donors than these are a grey wall.
  private static let mostDonors = 300
  /// More points than these make the file heavy.
  private static let mostPoints = 12_000

  /// Why there is no picture of a model that has none; nil where there is one.
  private let absence: String?

  /// - Parameter absence: why there is nothing to draw; nil where there is something.
  package init(
    title: String = "Expression over time", donors: [DonorTrajectory], fits: [GenotypeFit],
    labels: GenotypeLabels, timeAxis: AxisLabel, expressionAxis: AxisLabel,
    absence: String? = nil,
    howToRead: String =
      """
    Each thin line is a donor, coloured by genotype; thick lines are the means the model \
    fits for the three genotypes, with 95 % confidence bands. Where the thick lines draw \
    apart or cross, the effect of the variant changes with time.
    """
  ) {
    self.title = title
    self.howToRead = howToRead
    self.donors = donors
    self.fits = fits
    self.labels = labels
    self.timeAxis = timeAxis
    self.expressionAxis = expressionAxis
    self.absence = absence
  }

  private var known: [(genotype: Int, donor: DonorTrajectory)] {
    donors.compactMap { donor in
      donor.times.isEmpty ? nil : GenotypeLabels.rounded(donor.genotype).map { ($0, donor) }
    }
  }

  /// Evenly spaced in the order of donors within each genotype; rare genotypes keep all they have
  /// up to a sixth of what is drawn.
  private var drawn: [(genotype: Int, donor: DonorTrajectory)] {
    let known = known
    let points = known.reduce(0) { $0 + $1.donor.times.count }
    let mean = max(1, points / max(1, known.count))
    let limit = max(30, min(Self.mostDonors, Self.mostPoints / mean))
    guard known.count > limit else { return known }
    var kept: [(genotype: Int, donor: DonorTrajectory)] = []
    for genotype in 0...2 {
      let group = known.filter { $0.genotype == genotype }
      let share = Int((Double(group.count) / Double(known.count) * Double(limit)).rounded())
      let count = min(group.count, max(share, limit / 6))
      kept += (0..<count).map { group[$0 * group.count / count] }
    }
    return kept
  }

  package var emptyReason: String? {
    if let absence { return absence }
    if donors.isEmpty { return "No donor has a measurement of this gene." }
    return known.isEmpty && fits.allSatisfy { $0.values.isEmpty }
      ? "No donor has both a genotype and a measurement of this gene." : nil
  }

  package var notes: [String] {
    var notes: [String] = []
    let known = known.count
    let drawn = drawn.count
    if drawn < known {
      notes.append(
        """
        \(PlotNumber.count(drawn)) of \(PlotNumber.count(known, "donor")) are drawn, evenly spaced \
        within each genotype in the order of the data; all are in the fit.
        """)
    }
    if known < donors.count {
      let others = PlotNumber.count(donors.count - known, "donor")
      notes.append("Not drawn: \(others) without genotype or expression.")
    }
    return notes
  }

  package var summary: String {
    let counts = counts
    return "Expression over \(timeAxis.text()) of donors with genotype "
      + (0...2).map { "\(labels.names[$0]): \(PlotNumber.count(counts[$0]))" }
      .joined(separator: ", ") + "."
  }

  private var counts: [Int] {
    var counts = [0, 0, 0]
    for line in known { counts[line.genotype] += 1 }
    return counts
  }

  package func height(width: Double) -> Double { width < 480 ? 340 : min(430, width * 0.62) }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let drawn = drawn
    let rest = legend.draw(on: &drawing, in: box.rectangle)
    let times = drawn.flatMap { $0.donor.times } + fits.flatMap { $0.times }
    let values = drawn.flatMap { $0.donor.expression } + fits.flatMap { $0.values }
    let area = PlotArea(
      in: rest,
      x: PlotAxis(
        domain: (LinearScale.range(times) ?? 0...1).padded(0.02), label: timeAxis,
        preferred: Self.few(drawn.flatMap { $0.donor.times })),
      y: PlotAxis(
        domain: (LinearScale.range(values) ?? 0...1).padded(0.04), label: expressionAxis))
    area.draw(on: &drawing)
    // Lighter where there are more lines, and where they are longer.
    let visits = Double(times.count) / Double(max(1, drawn.count))
    let crowd = Double(max(1, drawn.count)) * max(1, visits / 12)
    let opacity = min(0.8, max(0.16, 3.4 / crowd.squareRoot()))
    for genotype in 0...2 {
      let lines = drawn.filter { $0.genotype == genotype }.map { line in
        line.donor.times.indices.map { area.place(line.donor.times[$0], line.donor.expression[$0]) }
      }
      let single = lines.filter { $0.count == 1 }.map { $0[0] }
      if !single.isEmpty { drawing.shapes(.circle, size: 3, at: single, Ink.marks[genotype]) }
      let many = lines.filter { $0.count > 1 }
      if !many.isEmpty { drawing.polylines(many, Ink.donors[genotype], opacity: opacity) }
    }
    for fit in fits { fit.draw(on: &drawing, in: area) }
    for fit in fits { fit.drawLine(on: &drawing, in: area) }
  }

  /// Genotypes that donors have.
  private var legend: Legend {
    let counts = counts
    return Legend(
      entries: (0...2).filter { genotype in
        counts[genotype] > 0 || fits.contains { $0.genotype == genotype }
      }.map {
        (
          .line(Ink.genotypes[$0], band: Ink.bands[$0]),
          "\(labels.names[$0]) (n = \(PlotNumber.count(counts[$0])))"
        )
      })
  }

  /// The different times where they are at most eight: axes then have their ticks there.
  static func few(_ times: [Double]) -> [Double] {
    var different: Set<Double> = []
    for time in times where time.isFinite {
      different.insert(time)
      if different.count > 8 { return [] }
    }
    return different.sorted()
  }
}
