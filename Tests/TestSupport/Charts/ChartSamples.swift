import Plots

/// One chart of every kind with few and many data, usual and extreme values, for tests and galleries.
package enum ChartSamples {
  /// All of them, each under a name that is a file's name.
  package static var all: [(name: String, chart: any Chart)] {
    loci + genome + cohort + empty
  }

  private static var loci: [(name: String, chart: any Chart)] {
    [
      ("regional", LocusSample().regional),
      ("regional-dense", LocusSample(variants: 10_000, donors: 60, times: [0, 1]).regional),
      ("regional-one", LocusSample(variants: 1, donors: 19, times: [0, 1]).regional),
      ("regional-hostile", LocusSample.hostile.regional),
      ("trajectory", LocusSample().trajectory),
      ("trajectory-19", LocusSample(variants: 40, donors: 19, times: [0, 6, 12]).trajectory),
      ("trajectory-1212", LocusSample(variants: 40, donors: 1212, times: [0, 1, 2, 4]).trajectory),
      (
        "trajectory-241",
        LocusSample(variants: 40, donors: 120, times: (0..<241).map { Double($0) / 10 }).trajectory
      ),
      ("trajectory-huge", LocusSample.hostile.trajectory),
      ("effect", LocusSample().effect),
      ("effect-tiny", LocusSample.hostile.effect),
      ("slope", LocusSample().slope),
      ("slope-19", LocusSample(variants: 40, donors: 19, times: [0, 6, 12]).slope),
      ("slope-1212", LocusSample(variants: 40, donors: 1212, times: [0, 1, 2, 4]).slope),
      ("locus", LocusSample().figure),
      ("locus-hostile", LocusSample.hostile.figure),
      ("small", LocusSample().small),
      ("small-hostile", LocusSample.hostile.small),
    ]
  }

  private static var genome: [(name: String, chart: any Chart)] {
    [
      ("qq", GenomeSample.quantiles(series: 4, count: 3000)),
      ("qq-one", GenomeSample.quantiles(series: 1, count: 20)),
      ("manhattan", GenomeSample.manhattan(chromosomes: 22, points: 10_000)),
      ("manhattan-1", GenomeSample.manhattan(chromosomes: 1, points: 800)),
      ("manhattan-40", GenomeSample.manhattan(chromosomes: 40, points: 5000)),
      ("histogram", GenomeSample.histogram(isShare: false)),
      ("histogram-share", GenomeSample.histogram(isShare: true)),
      ("histograms", GenomeSample.grid),
      ("ends", GenomeSample.ends(count: 85)),
      ("ends-3", GenomeSample.ends(count: 3)),
      ("ends-3000", GenomeSample.ends(count: 3000)),
    ]
  }

  private static var cohort: [(name: String, chart: any Chart)] {
    [
      ("visits-3", VisitSample.regular(donors: 19, times: [0, 6, 12], missing: 0.1)),
      (
        "visits-7",
        VisitSample.regular(donors: 1212, times: [0, 1, 2, 4, 8, 16, 24], missing: 0.08)
      ),
      ("visits-5", VisitSample.regular(donors: 241, times: [0, 1, 2, 3, 4], missing: 0.25)),
      ("visits-irregular", VisitSample.irregular(donors: 1212)),
      ("visits-one", VisitSample.regular(donors: 1, times: [5], missing: 0)),
    ]
  }

  /// Charts without data, which say why.
  package static var empty: [(name: String, chart: any Chart)] {
    let time = AxisLabel("Time", unit: "years")
    let labels = GenotypeLabels(reference: "A", effect: "G")
    let expression = AxisLabel("Expression")
    let regional = RegionalPlot(
      chromosome: "1", positions: [5, 6], minusLog10P: [.nan, .nan], linkage: [nil, nil],
      lead: nil, gene: nil)
    let trajectory = TrajectoryPlot(
      donors: [], fits: [], labels: labels, timeAxis: time, expressionAxis: expression)
    let effect = EffectPlot(
      times: [0], effect: [.nan], lower: [.nan], upper: [.nan], timeCentre: nil, timeAxis: time,
      effectAxis: AxisLabel("Effect per allele"))
    let slope = SlopePlot(
      genotypes: [], slopes: [], predicted: [.nan, .nan, .nan], labels: labels,
      slopeAxis: AxisLabel("Slope"))
    return [
      ("empty-regional", regional), ("empty-trajectory", trajectory), ("empty-effect", effect),
      ("empty-slope", slope),
      (
        "empty-locus",
        LocusFigure(
          gene: "GENE", variant: "none", minusLog10P: .nan, regional: regional,
          trajectory: trajectory, effect: effect, slope: slope)
      ),
      ("empty-qq", QQPlot(series: [], band: nil)),
      (
        "empty-manhattan",
        ManhattanPlot(chromosomes: [], chromosome: [], positions: [], minusLog10P: [])
      ),
      ("empty-visits", VisitPlot(visits: [[], [.nan]], timeAxis: time)),
      ("empty-ends", EffectEndsPlot(first: [], last: [], patterns: [])),
      (
        "empty-histogram",
        HistogramPlot(
          title: "p-values", edges: [0, 1], counts: [0], axis: AxisLabel("p"),
          countName: "Pairs", howToRead: "Bars are counts.")
      ),
      ("empty-histograms", HistogramGrid(title: "None", panels: [], howToRead: "Bars.")),
      (
        "empty-small",
        SmallTrajectory(
          gene: "GENE", minusLog10P: .nan, fits: [], observed: [], labels: labels, timeAxis: time,
          expressionAxis: expression)
      ),
    ]
  }
}
