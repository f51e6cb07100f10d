/// Who was seen when.
package struct VisitPlot: Chart {
  package var title: String
  package var howToRead: String
  let timeAxis: AxisLabel
  /// The distinct times of each donor, ascending; donors without one left out.
  let visits: [[Double]]
  let schedule: VisitSchedulePatterns

  /// - Parameter visits: the times of each donor's samples, in any order.
  package init(
    title: String = "Who was seen when", visits: [[Double]], timeAxis: AxisLabel,
    howToRead: String? = nil
  ) {
    self.title = title
    self.timeAxis = timeAxis
    self.visits = visits.map { Set($0.filter(\.isFinite)).sorted() }.filter { !$0.isEmpty }
    schedule = VisitSchedulePatterns(self.visits)
    self.howToRead =
      howToRead
      ?? (schedule.isIrregular
        ? """
        Each row is a donor and each dot a visit; bars above count the donors seen at each time. \
        Short rows and gaps are visits that are missing.
        """
        : """
        Each row is a pattern of visits, the most frequent first, with the number of donors that \
        have it on the right; bars above count the donors seen at each time. Rows with fewer dots \
        are donors with missing visits.
        """)
  }

  package var emptyReason: String? {
    visits.isEmpty ? "No donor has a visit with a time." : nil
  }

  package var notes: [String] {
    if schedule.isIrregular {
      let shown = schedule.rows.count
      return shown < visits.count
        ? [
          """
          \(PlotNumber.count(shown)) of \(PlotNumber.count(visits.count, "donor")) are drawn, \
          evenly spaced in the order of their first visit and their number of visits.
          """
        ] : []
    }
    return []
  }

  package var summary: String {
    let samples = visits.reduce(0) { $0 + $1.count }
    return "\(PlotNumber.count(visits.count, "donor")) with \(PlotNumber.count(samples, "visit"))"
      + " in \(PlotNumber.count(schedule.patternCount, "pattern"))."
  }

  private static let barsHeight = 150.0
  private static let gap = 26.0

  private var rowHeight: Double { schedule.isIrregular ? 7 : 16 }

  package func height(width: Double) -> Double {
    guard !visits.isEmpty else { return 120 }
    return Self.barsHeight + Self.gap + Double(schedule.rows.count) * rowHeight
      + (schedule.furtherPatterns > 0 ? 22 : 0) + 4
  }

  package func draw(on drawing: inout Drawing, in box: PlotBox) {
    let rectangle = box.rectangle
    let times = visits.flatMap { $0 }
    let range = LinearScale.range(times) ?? 0...1
    let countRoom =
      (schedule.rows.lazy.map { TextMetrics.width(Self.count($0.donors), .small) }.max() ?? 0) + 14
    let bars = TimeBars(visits: visits, range: range)
    let area = PlotArea(
      in: Rectangle(
        x: rectangle.x, y: rectangle.y, width: rectangle.width, height: Self.barsHeight),
      x: PlotAxis(
        domain: bars.domain, label: timeAxis, preferred: TrajectoryPlot.few(times)),
      y: PlotAxis(
        domain: 0...(Double(bars.bars.lazy.map(\.count).max() ?? 1) * 1.05),
        label: AxisLabel("Donors seen"), kind: .integer),
      rightRoom: schedule.isIrregular ? 10 : max(countRoom, 46))
    area.draw(on: &drawing)
    bars.draw(on: &drawing, in: area)
    drawRows(on: &drawing, in: area, top: rectangle.y + Self.barsHeight + Self.gap)
  }

  private static func count(_ donors: Int) -> String { PlotNumber.count(donors) }

  private func drawRows(on drawing: inout Drawing, in area: PlotArea, top: Double) {
    if !schedule.isIrregular {
      drawing.text(
        "donors", x: area.inner.right + 44, baseline: top - 4, .small, anchor: .end, isMuted: true)
    }
    var dots: [Point] = []
    for (index, row) in schedule.rows.enumerated() {
      let y = top + (Double(index) + 0.5) * rowHeight
      if let first = row.times.first, let last = row.times.last, last > first {
        drawing.line(area.placeX(first, y: y), area.placeX(last, y: y), .visitLine)
      }
      dots += row.times.map { area.placeX($0, y: y) }
      if !schedule.isIrregular {
        drawing.text(
          Self.count(row.donors), x: area.inner.right + 44, baseline: y + 4, .small, anchor: .end)
      }
    }
    var thinning = PixelThinning()
    let kept = dots.filter { thinning.isFirst($0, group: 0) }
    drawing.dots(kept, schedule.isIrregular ? .visitSmall : .visit)
    if schedule.furtherPatterns > 0 {
      let text =
        "\(PlotNumber.count(schedule.furtherPatterns, "further pattern")),"
        + " \(PlotNumber.count(schedule.furtherDonors, "donor"))"
      drawing.text(
        text, x: area.inner.right + 44,
        baseline: top + Double(schedule.rows.count) * rowHeight + 16, .small, anchor: .end,
        isMuted: true)
    }
  }
}

extension PlotArea {
  fileprivate func placeX(_ value: Double, y: Double) -> Point { Point(x: x(value), y: y) }
}
