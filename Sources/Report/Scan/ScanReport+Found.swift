import Association
import Glibc
import Longitudinal
import Plots

/// What was found, and what of it a scan with these options cannot say.
extension ScanReport {
  /// Genes with a q-value up to the rate at which genes count as found.
  var found: [GeneRows.Row] { genes.significant(Calibration.rate) }

  /// The genes that are looked at one by one and count as found.
  var foundLoci: [LocusReport] {
    let ids = Set(found.map(\.id))
    return loci.filter { ids.contains($0.locus.gene.id) }
  }

  private static var rate: String { CompactNumber.text(Calibration.rate) }

  /// Why there are no q-values.
  private static let withoutQValues = "no q-values: the scan ran with --gene-pvalue none"

  /// Why no gene has a pattern.
  private static let withoutPattern =
    "not defined: without a main effect of genotype in the formula a model has no effect of an "
    + "allele at a time"

  /// Genes found, and how their effects change.
  var foundFacts: [ReportFact] {
    let name =
      manifest.plan.pairList == nil
      ? "Genes with a dynamic eQTL (q ≤ \(Self.rate))"
      : "Genes with q ≤ \(Self.rate) among the pairs of the list"
    guard manifest.plan.hasQValues else { return [ReportFact(name, Self.withoutQValues)] }
    let count = ReportFact(name, PlotNumber.count(found.count))
    guard hasMainEffect else {
      return [count, ReportFact("… early, late, switch", Self.withoutPattern)]
    }
    let counts = Dictionary(grouping: found) { $0.pattern }.mapValues(\.count)
    return [count]
      + EffectEndsPlot.Pattern.allCases.map {
        ReportFact("… \($0.rawValue)", PlotNumber.count(counts[$0.rawValue, default: 0]))
      }
  }

  /// The number of genes found as a sentence.
  var foundSentence: String {
    guard manifest.plan.hasQValues else {
      return "There are \(Self.withoutQValues), so that no gene counts as found."
    }
    return
      "\(PlotNumber.count(found.count)) of \(PlotNumber.count(calibration.testedGenes, "gene")) "
      + "\(found.count == 1 ? "has a q-value" : "have q-values") up to \(Self.rate)."
  }

  /// The warning that goes with the p-values of pairs that were chosen before; empty for all pairs.
  var pairListCallout: [ReportBlock] {
    guard manifest.plan.pairList != nil else { return [] }
    return [
      .callout(
        ReportCallout(
          .caution, title: "The pairs were chosen before",
          text: "Only the pairs of a list were tested (--keep-pairs). Where they were chosen by "
            + "p-values of the same data, as lead variants of another scan are, p-values and "
            + "q-values here take no account of the variants they were chosen from, and λ is above "
            + "1 by that choice: do not read p-values as genome-wide, nor q ≤ \(Self.rate) as a "
            + "discovery. Genes are found by a scan of all their variants; this one estimates the "
            + "effects of the pairs."))
    ]
  }

  /// Effects of the genes found at the first and the last time, or why there are none to show.
  var patternBlock: ReportBlock {
    guard hasMainEffect else {
      return .paragraph("Early, late and switching effects are \(Self.withoutPattern).")
    }
    guard manifest.plan.hasQValues else {
      return .paragraph(
        "Early, late and switching effects are shown of genes that count as found: there are "
          + "\(Self.withoutQValues).")
    }
    return .figure(ReportFigure(classes))
  }
}
