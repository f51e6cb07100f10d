import Foundation
import Plots

/// A gene with a dynamic eQTL, and all that is drawn of it.
struct LocusSample {
  var variants = 2400
  var donors = 85
  var times: [Double] = [0, 0.5, 1, 2, 3, 5]
  var gene = "ENSG00000164308"
  var variant = "5:96916728:G:A"
  var labels = GenotypeLabels(reference: "G", effect: "A")
  var scale = 1.0
  var offset = 9.0
  var timeAxis = AxisLabel("Time since transplantation", unit: "years")
  var expressionUnit = "log₂ TPM"

  /// Long ids with markup in them, huge and tiny numbers.
  static let hostile = LocusSample(
    variants: 600, donors: 40, times: [2010, 2011, 2012.5, 2019],
    gene: "<script>alert('ENSG00000164308.17_PAR_Y & \"friends\"')</script>\u{1}\u{202E}x",
    variant: "chr12_KI270834v1_alt:118119120:" + String(repeating: "ACGT", count: 12) + ":<DEL>",
    labels: GenotypeLabels(reference: "ACGTACGTACGTACGT", effect: "<INS:ME:ALU>"), scale: 3e-9,
    offset: 1e-7,
    timeAxis: AxisLabel("Calendar time of the visit at the outpatient clinic", unit: "year"),
    expressionUnit: "counts per million of reads, divided by the effective length of the transcript"
  )

  var regional: RegionalPlot {
    var numbers = SampleNumbers(seed: 7)
    let start = 96_100_000
    let centre = 96_916_728
    var positions: [Int] = []
    var strengths: [Double] = []
    var linkage: [Double?] = []
    for index in 0..<variants {
      let position = start + Int(Double(index) / Double(variants) * 1_900_000)
      let distance = Double(abs(position - centre)) / 90_000
      let r2 = min(0.99, exp(-distance) * pow(numbers.uniform(), 0.7))
      positions.append(position)
      strengths.append(max(0, 15 * r2 + 0.7 * -log10(numbers.uniform())))
      linkage.append(numbers.uniform() < 0.04 ? nil : r2)
    }
    return RegionalPlot(
      chromosome: "5", positions: positions, minusLog10P: strengths, linkage: linkage,
      lead: RegionalPlot.Lead(id: variant, position: centre, minusLog10P: 16.4),
      gene: RegionalPlot.GeneSpan(name: gene, start: 96_875_000, end: 96_919_000, strand: "+"),
      threshold: PlotThreshold(minusLog10P: 4.6, label: "gene-level threshold"))
  }

  private var people: [DonorTrajectory] {
    var numbers = SampleNumbers(seed: 11)
    return (0..<donors).map { _ in
      let genotype = numbers.genotype(0.35)
      let intercept = numbers.normal() * 0.7
      let slope = numbers.normal() * 0.12 + 0.3 * (genotype - 0.7)
      let span = max(1, (times.last ?? 1) - (times.first ?? 0))
      let kept = times.filter { _ in numbers.uniform() > 0.12 }
      return DonorTrajectory(
        genotype: genotype, times: kept,
        expression: kept.map {
          offset + scale
            * (intercept + slope * ($0 - times[0]) * 5 / span + numbers.normal() * 0.35)
        })
    }
  }

  private var fits: [GenotypeFit] {
    let first = times[0]
    let span = max(1, (times.last ?? 1) - first)
    let grid = (0...40).map { first + Double($0) / 40 * ((times.last ?? 1) - first) }
    return (0...2).map { genotype in
      let mean = grid.map {
        offset + scale * 0.3 * (Double(genotype) - 0.7) * ($0 - first) * 5 / span
      }
      let half = grid.map { scale * (0.15 + 0.02 * ($0 - first) * 5 / span) * Double(genotype + 1) }
      return GenotypeFit(
        genotype: genotype, times: grid, mean: mean, lower: zip(mean, half).map { $0 - $1 },
        upper: zip(mean, half).map { $0 + $1 })
    }
  }

  private var expressionAxis: AxisLabel { AxisLabel("Expression", unit: expressionUnit) }

  var trajectory: TrajectoryPlot {
    TrajectoryPlot(
      donors: people, fits: fits, labels: labels, timeAxis: timeAxis,
      expressionAxis: expressionAxis)
  }

  var effect: EffectPlot {
    let grid = fits[0].times
    let span = max(1, (times.last ?? 1) - times[0])
    let effect = grid.map { scale * (-0.4 + 0.3 * ($0 - times[0]) * 5 / span) }
    let half = grid.map { scale * (0.2 + 0.03 * abs($0 - times[0] - span / 2) * 5 / span) }
    return EffectPlot(
      times: grid, effect: effect, lower: zip(effect, half).map { $0 - $1 },
      upper: zip(effect, half).map { $0 + $1 }, timeCentre: times[0] + span * 0.42,
      timeAxis: timeAxis, effectAxis: AxisLabel("Effect per allele", unit: expressionUnit))
  }

  var slope: SlopePlot {
    var numbers = SampleNumbers(seed: 13)
    let genotypes = people.map(\.genotype)
    return SlopePlot(
      genotypes: genotypes,
      slopes: genotypes.map { scale * (0.3 * ($0 - 0.7) + 0.12 * numbers.normal()) },
      predicted: [-0.21, 0.09, 0.39].map { $0 * scale }, labels: labels,
      slopeAxis: AxisLabel("Slope of expression", unit: "\(expressionUnit) per year"))
  }

  var figure: LocusFigure {
    LocusFigure(
      gene: gene, variant: variant, minusLog10P: 16.4, regional: regional,
      trajectory: trajectory, effect: effect, slope: slope)
  }

  var small: SmallTrajectory {
    let donors = people
    let observed = (0...2).flatMap { genotype in
      times.compactMap { time -> SmallTrajectory.ObservedMean? in
        let values = donors.filter { $0.genotype == Double(genotype) }.compactMap { donor in
          donor.times.firstIndex(of: time).map { donor.expression[$0] }
        }
        guard !values.isEmpty else { return nil }
        return SmallTrajectory.ObservedMean(
          genotype: genotype, time: time, mean: values.reduce(0, +) / Double(values.count))
      }
    }
    return SmallTrajectory(
      gene: gene, minusLog10P: 16.4, fits: fits, observed: observed, labels: labels,
      timeAxis: AxisLabel("Time", unit: "years"),
      expressionAxis: AxisLabel("Expression", unit: "log₂ TPM"))
  }
}
