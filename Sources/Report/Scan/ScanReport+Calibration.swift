import Association
import Glibc
import Longitudinal
import Plots

/// Whether the p-values behave.
extension ScanReport {
  /// Whether the formula has a main effect of genotype.
  var hasMainEffect: Bool { inputs.plan.columns.genotype != nil }

  var calibrationSection: ReportSection {
    var blocks: [ReportBlock] = calibration.sentences.map(ReportBlock.paragraph)
    blocks.append(.table(inflationTable))
    blocks.append(.figure(ReportFigure(interactionPlot)))
    blocks.append(mainBlock)
    blocks.append(.figure(ReportFigure(histograms)))
    return ReportSection(id: "calibration", heading: "Can the p-values be trusted?", blocks: blocks)
  }

  private var mainBlock: ReportBlock {
    guard hasMainEffect else {
      return .paragraph(
        "Genotype has no plot of its own: the formula has no main effect of it, so that there is "
          + "no pval_g.")
    }
    guard calibration.isWhole else {
      return .paragraph(
        "The main effects of genotype have no plot: rows were chosen by pval_gi "
          + "(--pval-threshold \(manifest.plan.settings["pval-threshold"] ?? "")).")
    }
    return .figure(ReportFigure(mainPlot))
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
      let inflations = (hasMainEffect ? [gi, g] : [gi]).map {
        CompactNumber.fixed(calibration.isWhole ? $0 : .nan, decimals: 4)
      }
      return [name, PlotNumber.count(pairs)] + inflations + [Self.percent(small, decimals: 2)]
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
      columns: [.init("pairs")]
        + (["count", "λ, genotype × time"] + (hasMainEffect ? ["λ, genotype"] : [])
        + ["pval_gi up to 0.05"]).map { .init($0, .number) },
      rows: own + [
        row(
          "all", pairs: bins.reduce(0) { $0 + pairs(inBin: $1) }, small: share(bins),
          pass.interaction.inflation, pass.main.inflation)
      ],
      note:
        "λ is the median χ² that the p-values stand for by that of the null hypothesis: 1 where tests "
        + "are right and effects rare. The last column should be near 5 % but for true effects. "
        + (pass.stride > 1
          ? "λ is of one in \(pass.stride) of the larger p-values."
          : "λ is of all rows of the table.")
    )
  }

  private func plot(
    _ title: String, null: String, _ sample: PairPass.Binned, total: (Int) -> Int
  ) -> QQPlot {
    let series = bins.map { bin in
      let points = sample.bins[bin].quantiles(total: max(1, total(bin)))
      return QQPlot.Series(
        label: label(bin),
        lambda: calibration.isWhole ? sample.bins[bin].inflation : .nan,
        expected: points.expected, observed: points.observed)
    }
    return QQPlot(
      title: title, series: series, band: QuantileBand(counts: bins.map(total)).band,
      howToRead: QQPlot.howToRead(null))
  }

  private var interactionPlot: QQPlot {
    plot(
      "Genotype × time: observed and expected p-values", null: "Were no effect dynamic",
      pass.interaction
    ) { pairs(inBin: $0) }
  }

  private var mainPlot: QQPlot {
    plot(
      "Genotype: observed and expected p-values",
      null: "Had no variant a main effect (pval_g)",
      pass.main
    ) { pass.main.bins[$0].count }
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
