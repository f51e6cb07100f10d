import Association
import Glibc
import Longitudinal
import Plots

/// The genes with the strongest signals.
extension ScanReport {
  /// Rows of the table of genes.
  private static let shownRows = 25

  var genesSection: ReportSection {
    let shown = min(Self.shownRows, genes.ranked.count)
    var blocks: [ReportBlock] = [
      .paragraph(
        "\(foundSentence) The table has the \(PlotNumber.count(shown, "gene")) with the smallest "
          + "p-values, with the numbers of \(fileName(".genes.tsv.gz"))."),
      .table(topTable),
    ]
    blocks += pairListCallout
    if !loci.isEmpty { blocks += [trajectoryBlock, .table(donorTable), donorBlock] }
    blocks.append(patternBlock)
    return ReportSection(id: "genes", heading: "Genes", blocks: blocks)
  }

  private var trajectoryBlock: ReportBlock {
    if let family = manifest.family {
      return .paragraph(
        "Trajectories are not drawn with --family \(family): its effects are on the scale of the "
          + "link, not on that of what was measured.")
    }
    return .grid(
      ReportGrid(
        title: "Trajectories of the genes with the smallest p-values",
        charts: loci.map { LocusPicture($0, units: units).small }))
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
      note: effectNote)
  }

  private var effectNote: String {
    let scale = manifest.family == nil ? "." : ", on the scale of the link."
    guard manifest.timeBasis == nil else {
      return
        "b_gi1 and so on are effects of one more effect allele on the tested columns, whose values at "
        + "every time the manifest has (time_basis), not rates of change\(scale)"
    }
    return "Effects are of one more effect allele per unit of \(testedColumn)\(scale)"
  }

  /// What genotype is tested with: time, or another column of the formula.
  private var testedColumn: String {
    inputs.plan.columns.tested.map { place in
      inputs.plan.matrices.genotypeNames[place].split(separator: ":").filter { $0 != "genotype" }
        .map { $0 == "time" ? timeName : String($0) }.joined(separator: ":")
    }.joined(separator: ", ")
  }

  /// Effects at the first and the last time of the genes that were found.
  var classes: EffectEndsPlot {
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
      first: first, last: last, patterns: patterns, effectUnit: effectUnit)
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
