import Testing

@testable import Plots

/// What charts choose to draw.
struct SelectionTests {
  private static let labels = GenotypeLabels(reference: "A", effect: "G")

  private static func trajectories(_ genotypes: [Double], visits: Int = 3) -> TrajectoryPlot {
    TrajectoryPlot(
      donors: genotypes.map { genotype in
        DonorTrajectory(
          genotype: genotype, times: (0..<visits).map(Double.init),
          expression: (0..<visits).map { Double($0) + genotype })
      }, fits: [], labels: labels, timeAxis: AxisLabel("Time"),
      expressionAxis: AxisLabel("Expression"))
  }

  private static func lines(_ svg: String, _ ink: String) -> Int {
    guard let group = svg.components(separatedBy: "<g class=\"\(ink)\"").dropFirst().first else {
      return 0
    }
    return group.components(separatedBy: "</g>")[0].components(separatedBy: "<path").count - 1
  }

  @Test("All donors are drawn while they are few")
  func fewDonors() {
    let plot = Self.trajectories([0, 0.2, 1, 2, 1.6])
    let svg = plot.svg(.embedded)
    #expect(Self.lines(svg, "sq-donor0") == 2 && Self.lines(svg, "sq-donor1") == 1)
    #expect(Self.lines(svg, "sq-donor2") == 2)
    #expect(plot.notes.isEmpty)
  }

  @Test("Of many donors a stated number is drawn, and all of a rare genotype")
  func manyDonors() {
    let genotypes = (0..<1212).map { $0 % 100 == 0 ? 2.0 : Double($0 % 2) }
    let plot = Self.trajectories(genotypes)
    let svg = plot.svg(.embedded)
    let counts = [0, 1, 2].map { Self.lines(svg, "sq-donor\($0)") }
    #expect(counts[2] == 13)
    #expect((280...340).contains(counts.reduce(0, +)))
    #expect(plot.caption.contains("\(counts.reduce(0, +)) of 1212 donors are drawn"))
    #expect(svg.contains("A/A (n = 593)"))
  }

  @Test("Donors without genotype or expression are counted, not drawn")
  func missingDonors() {
    let plot = Self.trajectories([0, .nan, 1])
    #expect(plot.notes == ["Not drawn: 1 donor without genotype or expression."])
  }

  @Test(
    "Linkage falls into the class of its interval",
    arguments: [(0.0, 0), (0.19, 0), (0.2, 1), (0.99, 4), (1, 4), (1.2, 4), (-1, 0)])
  func linkageClasses(r2: Double, group: Int) {
    #expect(RegionalPlot.linkageClass(r2) == group)
    #expect(RegionalPlot.linkageClass(nil) == 5 && RegionalPlot.linkageClass(.nan) == 5)
  }

  @Test("Variants without a p-value are stated, and those on one pixel drawn once")
  func regionalPoints() {
    let plot = RegionalPlot(
      chromosome: "2", positions: [100, 100, 5000, 9000], minusLog10P: [3, 3, .nan, 2],
      linkage: [0.1, 0.1, 0.1, 0.9], lead: nil, gene: nil)
    #expect(plot.caption.hasSuffix("Not drawn: 1 variant without a p-value."))
    let path = plot.svg(.embedded).components(separatedBy: "<path class=\"sq-ld0\" d=\"")
    // The legend's dot, then the plot's.
    #expect(
      path.count == 3 && path[2].components(separatedBy: "\"")[0].filter { $0 == "M" }.count == 1)
  }

  @Test("A lead variant that is not among those drawn lies inside of the plot")
  func leadIsInside() throws {
    let plot = RegionalPlot(
      chromosome: "2", positions: [100_000, 200_000], minusLog10P: [1, 2], linkage: [nil, nil],
      lead: .init(id: "far", position: 900_000, minusLog10P: 30), gene: nil)
    let path = try #require(
      plot.svg(.embedded).components(separatedBy: "<path class=\"sq-lead\" d=\"M").last)
    let x = try #require(Double(path.prefix { $0 != " " }))
    #expect(x > 0 && x < 720)
  }

  @Test(
    "The axis of a region has the unit that its span needs",
    arguments: [
      ([1_000_000, 3_000_000], "Mb"), ([1_250_406, 1_290_000], "kb"),
      ([1_250_406, 1_250_440], "kb"),
      ([120, 780], "bp"), ([500_000], "kb"),
    ])
  func regionalUnit(positions: [Int], unit: String) {
    let plot = RegionalPlot(
      chromosome: "2", positions: positions, minusLog10P: positions.map { _ in 2 },
      linkage: positions.map { _ in nil }, lead: nil, gene: nil)
    let svg = plot.svg(.embedded)
    #expect(svg.contains("Position on chromosome 2 (\(unit))"))
    #expect(!svg.contains("×10"))
  }

  @Test("Patterns of visits come with their donors, the most frequent first")
  func visitPatterns() {
    let patterns = VisitSchedulePatterns([[0, 1], [0, 1, 2], [0, 1], [2], [0, 1, 2], [0, 1]])
    #expect(patterns.rows.map(\.donors) == [3, 2, 1])
    #expect(patterns.rows.map(\.times) == [[0, 1], [0, 1, 2], [2]])
    #expect(!patterns.isIrregular && patterns.furtherPatterns == 0)
  }

  @Test("Beyond thirty patterns the rest is counted; beyond sixty rows are donors")
  func manyPatterns() {
    let forty = (0..<40).flatMap { index in
      [[Double]](repeating: [0, Double(index + 1)], count: index < 5 ? 2 : 1)
    }
    let some = VisitSchedulePatterns(forty)
    #expect(some.rows.count == 30 && some.furtherPatterns == 10 && some.furtherDonors == 10)
    let all = VisitSchedulePatterns((0..<500).map { [Double($0) / 7] })
    #expect(all.isIrregular && all.rows.count == 60 && all.patternCount == 500)
    let plot = VisitPlot(visits: (0..<500).map { [Double($0) / 7] }, timeAxis: AxisLabel("Time"))
    #expect(plot.caption.contains("60 of 500 donors are drawn"))
  }

  @Test("A donor counts once at a time, however many samples it has there")
  func visitBars() {
    let plot = VisitPlot(visits: [[0, 0, 1], [1, .nan]], timeAxis: AxisLabel("Time"))
    let bars = TimeBars(visits: plot.visits, range: 0...1)
    #expect(bars.bars.map(\.count) == [1, 2])
    #expect(plot.summary == "2 donors with 3 visits in 2 patterns.")
  }

  @Test("Positions of chromosomes follow each other, and points beyond a length extend it")
  func genome() {
    let plot = ManhattanPlot(
      chromosomes: [.init(name: "chr1", length: 100), .init(name: "chr2", length: 50)],
      chromosome: [0, 1], positions: [150, 10], minusLog10P: [1, 2])
    let axis = GenomeAxis(plot: plot)
    #expect(axis.place(chromosome: 0, position: 150) == 150)
    #expect(axis.place(chromosome: 1, position: 0) > 150)
    #expect(axis.total >= 200)
  }

  @Test("Counts of early, late and switching genes stand beside their bars")
  func effectEnds() {
    let plot = EffectEndsPlot(
      first: [1, 0.1, 1, .nan], last: [0.1, 1, -1, 1], patterns: [.early, .late, .turning, .late])
    #expect(plot.summary == "1 early, 1 late, 1 switch.")
  }
}
