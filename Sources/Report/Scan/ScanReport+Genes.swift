import Association
import Glibc
import Longitudinal
import Plots

/// The genes with the strongest signals.
extension ScanReport {
  /// Rows of the table of genes.
  private static let shownRows = 25
  /// Carriers of the minor allele that a lead variant should have.
  private static let fewCarriers = 10

  var genesSection: ReportSection {
    var blocks: [ReportBlock] = []
    let found = genes.significant(Calibration.rate)
    blocks.append(
      .paragraph(
        "\(PlotNumber.count(found.count)) of \(PlotNumber.count(calibration.testedGenes)) genes have q-values up to "
          + "\(CompactNumber.text(Calibration.rate)). The table has the \(min(Self.shownRows, genes.ranked.count)) "
          + "with the smallest p-values, with the numbers of \(fileName(".genes.tsv.gz"))."))
    blocks.append(.table(topTable))
    if !loci.isEmpty {
      blocks.append(
        .grid(
          ReportGrid(
            title: "Trajectories of the genes with the smallest p-values",
            charts: loci.map { LocusPicture($0, units: units).small })))
      blocks.append(.table(closeTable))
      let warnings = warnings
      blocks.append(
        warnings.isEmpty
          ? .callout(
            ReportCallout(
              .fine, title: "No single donor makes one of these results",
              text:
                "Leaving out any donor keeps more than half of each −log₁₀ p, and every lead variant has "
                + "\(Self.fewCarriers) carriers of its minor allele or more."))
          : .callout(
            ReportCallout(
              .caution, title: "Results that rest on few donors",
              text: warnings.joined(separator: " "))))
    }
    blocks.append(.figure(ReportFigure(classes(found))))
    return ReportSection(id: "genes", heading: "Genes", blocks: blocks)
  }

  /// With two digits, however small.
  private static func pValue(_ logarithm: Double) -> String {
    logarithm.isNaN ? "NA" : PlotNumber.pValue(minusLog10: -logarithm / M_LN10)
  }

  private func fileName(_ suffix: String) -> String {
    (result.prefix.split(separator: "/").last.map(String.init) ?? "") + suffix
  }

  private var topTable: ReportTable {
    let names = genes.columns.names
    let effects = names.filter { $0.hasPrefix("b_gi") }
    let levels = ["pval_acat", "pval_emt", "pval_boot", "pval_perm"].filter(names.contains)
    let first = ["phenotype_id", "variant_id"]
    let numbers = ["af"] + effects + ["df_gi", "pval_gi"] + levels + ["qval"]
    return ReportTable(
      title: "Genes with the smallest p-values",
      columns: first.map { .init($0) } + [.init("position")] + numbers.map { .init($0, .number) }
        + [.init("pattern")],
      rows: genes.ranked.prefix(Self.shownRows).map { row in
        let position = "\(genes.text("var_chrom", of: row)):\(genes.text("pos", of: row))"
        return first.map { genes.text($0, of: row) } + [position]
          + numbers.map { genes.text($0, of: row) } + [row.pattern]
      },
      note: "Effects are of one more effect allele per unit of \(timeName).")
  }

  /// What looking at single donors shows.
  private var closeTable: ReportTable {
    ReportTable(
      title: "How many donors stand behind them",
      columns: [
        .init("gene"), .init("variant"), .init("donors by genotype", .number),
        .init("p", .number), .init("largest p without a donor", .number), .init("that donor"),
        .init("status"),
      ],
      rows: loci.map { locus in
        let pair = locus.pair.map { locus.locus.pairs[$0] }
        return [
          locus.locus.gene.id, pair?.variant.id ?? "NA",
          locus.genotypeCounts.map(String.init).joined(separator: " / "),
          Self.pValue(pair?.logPValue ?? .nan),
          locus.leaveOneOut.map { Self.pValue($0.logPValue) } ?? "NA",
          locus.leaveOneOut?.donor ?? "NA",
          locus.pair.flatMap { locus.field("status", of: $0) } ?? "NA",
        ]
      },
      note:
        "Every donor is left out once and the pair fitted anew; a p-value that grows much rests on "
        + "that donor.")
  }

  private var warnings: [String] {
    loci.compactMap { locus in
      guard let pair = locus.pair else { return nil }
      let own = locus.locus.pairs[pair]
      let carriers = locus.field("ma_samples", of: pair).flatMap { Int($0) } ?? Int.max
      var parts: [String] = []
      if let left = locus.leaveOneOut, locus.hangsOnOneDonor {
        parts.append(
          "without donor \(left.donor) p is \(Self.pValue(left.logPValue))")
      }
      if carriers < Self.fewCarriers {
        parts.append("\(carriers) donors carry the minor allele")
      }
      guard !parts.isEmpty else { return nil }
      return "\(locus.locus.gene.id) (\(own.variant.id)): \(parts.joined(separator: ", "))."
    }
  }

  /// Effects at the first and the last time of the genes that were found.
  private func classes(_ found: [GeneRows.Row]) -> EffectEndsPlot {
    var first: [Double] = []
    var last: [Double] = []
    var patterns: [EffectEndsPlot.Pattern] = []
    for row in found {
      guard let pattern = EffectEndsPlot.Pattern(rawValue: row.pattern),
        let ends = effectEnds(row)
      else { continue }
      first.append(ends.first)
      last.append(ends.last)
      patterns.append(pattern)
    }
    return EffectEndsPlot(
      first: first, last: last, patterns: patterns, effectUnit: units.expression)
  }

  /// The allele's effect at the first and the last time, put together from the row.
  private func effectEnds(_ row: GeneRows.Row) -> (first: Double, last: Double)? {
    let main = genes.number("b_g", of: row)
    if let basis = manifest.timeBasis {
      guard let first = basis.values.first, let last = basis.values.last else { return nil }
      let effects = basis.columns.indices.map { genes.number("b_gi\($0 + 1)", of: row) }
      func effect(_ values: [Double]) -> Double {
        main + zip(values.dropFirst(), effects).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (effect(first), effect(last))
    }
    guard let first = manifest.design.times.first, let last = manifest.design.times.last else {
      return nil
    }
    let slope = genes.number("b_gi", of: row)
    return (
      main + slope * (first - manifest.timeCenter), main + slope * (last - manifest.timeCenter)
    )
  }
}
