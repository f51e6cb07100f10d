import Association
import Distributions
import Glibc
import Longitudinal
import Plots

/// Whether the p-values behave.
extension ScanReport {
  var calibrationSection: ReportSection {
    var blocks: [ReportBlock] = calibration.sentences.map(ReportBlock.paragraph)
    blocks.append(.table(inflationTable))
    blocks.append(.figure(ReportFigure(interactionPlot)))
    blocks.append(
      calibration.isWhole
        ? .figure(ReportFigure(mainPlot))
        : .paragraph(
          "The main effects of genotype have no plot: rows were chosen by pval_gi "
            + "(--pval-threshold \(manifest.plan.settings["pval-threshold"] ?? ""))."))
    blocks.append(.figure(ReportFigure(histograms)))
    return ReportSection(id: "calibration", heading: "Can the p-values be trusted?", blocks: blocks)
  }

  /// Bins of minor-allele frequency that have pairs.
  private var bins: [Int] {
    manifest.pvalueHistograms.indices.filter { pairs(inBin: $0) > 0 }
  }

  private func pairs(inBin bin: Int) -> Int { manifest.pvalueHistograms[bin].counts.reduce(0, +) }

  private func label(_ bin: Int) -> String {
    let row = manifest.pvalueHistograms[bin]
    return "MAF \(CompactNumber.text(row.minimumMaf))–\(CompactNumber.text(row.maximumMaf))"
  }

  private var inflationTable: ReportTable {
    func row(_ name: String, pairs: Int, small: Double, _ gi: Double, _ g: Double)
      -> [String]
    {
      let isWhole = calibration.isWhole
      return [
        name, PlotNumber.count(pairs),
        CompactNumber.fixed(isWhole ? gi : .nan, decimals: 4),
        CompactNumber.fixed(isWhole ? g : .nan, decimals: 4),
        Self.percent(small, decimals: 2),
      ]
    }
    func share(_ bins: [Int]) -> Double {
      let counts = bins.map { manifest.pvalueHistograms[$0].counts }
      return Double(counts.reduce(0) { $0 + $1[0] })
        / Double(max(1, counts.reduce(0) { $0 + $1.reduce(0, +) }))
    }
    let own = bins.map { bin in
      row(
        label(bin), pairs: pairs(inBin: bin), small: share([bin]),
        pass.interaction.bins[bin].inflation, pass.main.bins[bin].inflation)
    }
    return ReportTable(
      title: "Inflation factors",
      columns: [
        .init("pairs"), .init("count", .number), .init("λ, genotype × time", .number),
        .init("λ, genotype", .number), .init("pval_gi up to 0.05", .number),
      ],
      rows: own + [
        row(
          "all", pairs: bins.reduce(0) { $0 + pairs(inBin: $1) }, small: share(bins),
          pass.interaction.inflation, pass.main.inflation)
      ],
      note:
        "λ is the median χ² that the p-values stand for by that of the null hypothesis: 1 where tests "
        + "are right and effects rare. The last column should be near 5 % but for true effects. "
        + (pass.stride > 1
          ? "λ is of every \(pass.stride)th of the larger p-values."
          : "λ is of all rows of the table.")
    )
  }

  private func plot(
    _ title: String, _ sample: PairPass.Binned, total: (Int) -> Int
  ) -> QQPlot {
    let series = bins.map { bin in
      let points = sample.bins[bin].quantiles(total: max(1, total(bin)))
      return QQPlot.Series(
        label: label(bin),
        lambda: calibration.isWhole ? sample.bins[bin].inflation : .nan,
        expected: points.expected, observed: points.observed)
    }
    return QQPlot(title: title, series: series, band: band)
  }

  private var interactionPlot: QQPlot {
    plot("Genotype × time: observed and expected p-values", pass.interaction) { pairs(inBin: $0) }
  }

  private var mainPlot: QQPlot {
    plot("Genotype: observed and expected p-values", pass.main) { pass.main.bins[$0].count }
  }

  /// 95 % of the p-values of a rank, were the pairs of the smallest bin independent.
  private var band: QQPlot.Band? {
    guard let count = bins.map(pairs).min(), count > 0 else { return nil }
    var ranks: [Int] = []
    var rank = 1
    while rank <= count {
      ranks.append(rank)
      rank = max(rank + 1, Int(Double(rank) * 1.3))
    }
    let limits = ranks.map { rank in
      let shape = BetaDistribution(shape1: Double(rank), shape2: Double(count - rank + 1))
      return (-log10(shape.quantile(0.975)), -log10(shape.quantile(0.025)))
    }
    return QQPlot.Band(
      expected: ranks.map { -log10((Double($0) - 0.5) / Double(count)) }, lower: limits.map(\.0),
      upper: limits.map(\.1))
  }

  /// The manifest's histograms, which know every pair.
  private var histograms: HistogramGrid {
    let edges = (0...PValueHistogram.pValueBins).map {
      Double($0) / Double(PValueHistogram.pValueBins)
    }
    return HistogramGrid(
      title: "p-values of genotype × time by minor-allele frequency",
      panels: bins.map { bin in
        HistogramPlot(
          title: label(bin), edges: edges,
          counts: manifest.pvalueHistograms[bin].counts.map(Double.init),
          axis: AxisLabel("pval_gi"), countName: "share of pairs", isShare: true,
          howToRead: "Flat but for the first bar.")
      },
      howToRead:
        "Each picture has all pairs of one class of minor-allele frequency. Were no effect "
        + "dynamic, all bars would be 5 % high; a high first bar is signal, a slope over the whole width "
        + "means that tests are too liberal (falling) or conservative (rising).")
  }
}
