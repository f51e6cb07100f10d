import Foundation
import Plots

/// Pictures of whole scans.
enum GenomeSample {
  static func quantiles(series: Int, count: Int) -> QQPlot {
    let bins = ["MAF 0.05–0.1", "MAF 0.1–0.2", "MAF 0.2–0.35", "MAF 0.35–0.5"]
    var numbers = SampleNumbers(seed: 3)
    let expected = (1...count).map { -log10((Double($0) - 0.5) / Double(count)) }
    let all = (0..<series).map { index in
      var observed = (0..<count).map { _ in -log10(numbers.uniform()) }.sorted(by: >)
      for rank in 0..<(count / 40) { observed[rank] += Double(count / 40 - rank) * 0.12 }
      return QQPlot.Series(
        label: bins[index], lambda: 1.004 + Double(index) * 0.011, expected: expected,
        observed: observed)
    }
    // Normal approximation of the ranks: enough for a picture of a band.
    let band = QQPlot.Band(
      expected: expected,
      lower: (1...count).map { rank in
        let p = Double(rank) / Double(count + 1)
        return -log10(min(1, p + 1.96 * (p * (1 - p) / Double(count)).squareRoot()))
      },
      upper: (1...count).map { rank in
        let p = Double(rank) / Double(count + 1)
        return -log10(max(p / 30, p - 1.96 * (p * (1 - p) / Double(count)).squareRoot()))
      })
    return QQPlot(series: all, band: band)
  }

  static func manhattan(chromosomes count: Int, points: Int) -> ManhattanPlot {
    var numbers = SampleNumbers(seed: 5)
    let chromosomes = (0..<count).map { index in
      ManhattanPlot.Chromosome(
        name: index < 22 ? "chr\(index + 1)" : "chrUn_scaffold_00\(index)",
        length: max(2_000_000, 250_000_000 - index * 9_000_000))
    }
    var places: (chromosome: [Int], position: [Int], strength: [Double]) = ([], [], [])
    for index in 0..<points {
      let chromosome = index % count
      places.chromosome.append(chromosome)
      places.position.append(
        1 + Int(numbers.uniform() * Double(chromosomes[chromosome].length - 1)))
      places.strength.append(-log10(numbers.uniform()))
    }
    let hits = (0..<12).map { rank -> ManhattanPlot.Hit in
      let position = 1_000_000 + rank * 130_000 + rank % 3 * 700_000
      return ManhattanPlot.Hit(
        chromosome: (rank * 5 / 3) % count, position: position,
        minusLog10P: 14 - Double(rank) * 0.6, label: "GENE-WITH-NAME\(rank)")
    }
    return ManhattanPlot(
      chromosomes: chromosomes, chromosome: places.chromosome, positions: places.position,
      minusLog10P: places.strength,
      thresholds: [PlotThreshold(minusLog10P: 5.2, label: "FDR 5 %")], hits: hits)
  }

  static func histogram(isShare: Bool) -> HistogramPlot {
    var numbers = SampleNumbers(seed: 17)
    var counts = [Double](repeating: 0, count: 40)
    for _ in 0..<180_000 {
      let value = 4.6 + 1.1 * numbers.normal()
      if value >= 0, value < 10 { counts[Int(value * 4)] += 1 }
    }
    return HistogramPlot(
      title: isShare ? "Share of variance that is the slope's" : "Residual standard deviation",
      edges: (0...40).map { Double($0) / 4 }, counts: counts,
      axis: AxisLabel("Residual SD", unit: "log₂ TPM"),
      countName: isShare ? "Share of genes" : "Genes",
      markers: [
        HistogramPlot.Marker(value: 4.6, label: "median 4.60"),
        HistogramPlot.Marker(value: 4.9, label: "mean 4.90"),
        HistogramPlot.Marker(value: 9.4, label: "noise limit"),
      ], isShare: isShare,
      howToRead:
        "Bars count genes; the dashed lines mark the median, the mean and the limit of noise.")
  }

  static var grid: HistogramGrid {
    let titles = [
      "MAF 0.05–0.1", "MAF 0.1–0.2", "MAF 0.2–0.35", "MAF 0.35–0.5", "All pairs of the scan",
    ]
    var numbers = SampleNumbers(seed: 19)
    let panels = titles.map { title in
      HistogramPlot(
        title: title, edges: (0...20).map { Double($0) / 20 },
        counts: (0..<20).map { bin -> Double in
          let signal = bin == 0 ? 40_000.0 : 0
          return (120_000 + 3000 * numbers.normal() + signal).rounded()
        },
        axis: AxisLabel("p-value"), countName: "Pairs", howToRead: "Bars count pairs.")
    }
    return HistogramGrid(
      title: "p-values by allele frequency", panels: panels,
      howToRead:
        "Flat but for a peak near 0 is as it should be; a slope to the right means tests that are too conservative."
    )
  }

  static func ends(count: Int) -> EffectEndsPlot {
    var numbers = SampleNumbers(seed: 23)
    var ends: (first: [Double], last: [Double], patterns: [EffectEndsPlot.Pattern]) = ([], [], [])
    for _ in 0..<count {
      let size = 0.6 + 0.3 * numbers.normal()
      let sign: Double = numbers.uniform() < 0.5 ? -1 : 1
      let kind = numbers.uniform()
      if kind < 0.3 {
        ends.first.append(sign * size)
        ends.last.append(sign * size * 0.2 * numbers.uniform())
        ends.patterns.append(.early)
      } else if kind < 0.85 {
        ends.first.append(sign * size * 0.3 * numbers.uniform())
        ends.last.append(sign * size)
        ends.patterns.append(.late)
      } else {
        ends.first.append(sign * size * numbers.uniform())
        ends.last.append(-sign * size * numbers.uniform())
        ends.patterns.append(.turning)
      }
    }
    return EffectEndsPlot(
      first: ends.first, last: ends.last, patterns: ends.patterns, effectUnit: "log₂ TPM per allele"
    )
  }
}
