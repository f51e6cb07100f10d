import Association
import Glibc
import Longitudinal
import Plots

/// Where the signals lie.
extension ScanReport {
  var genomeSection: ReportSection {
    ReportSection(
      id: "genome", heading: "Along the genome", blocks: [.figure(ReportFigure(manhattan))])
  }

  private var manhattan: ManhattanPlot {
    let points = pass.genome.points
    let chromosomes = pass.genome.chromosomes
    let places = Dictionary(
      uniqueKeysWithValues: chromosomes.enumerated().map { ($1.name, $0) })
    let hits = genes.ranked.prefix(10).compactMap { row -> ManhattanPlot.Hit? in
      guard let place = places[genes.text("var_chrom", of: row)],
        let position = Int(genes.text("pos", of: row))
      else { return nil }
      return ManhattanPlot.Hit(
        chromosome: place, position: position, minusLog10P: -row.logP / M_LN10, label: row.id)
    }
    var thresholds: [PlotThreshold] = []
    if manifest.pairs > 0 {
      thresholds.append(
        PlotThreshold(
          minusLog10P: -log10(0.05 / Double(manifest.pairs)), label: "Bonferroni, 0.05 of all pairs"
        ))
    }
    return ManhattanPlot(
      chromosomes: chromosomes.map { ManhattanPlot.Chromosome(name: $0.name, length: $0.length) },
      chromosome: points.map(\.chromosome), positions: points.map(\.position),
      minusLog10P: points.map(\.minusLog10P), thresholds: thresholds, hits: hits,
      howToRead: "Each dot is a gene–variant pair, placed where its variant lies; the higher, the "
        + "stronger the evidence of an effect that changes with time. Of dots that would cover one "
        + "another the highest is drawn"
        + (calibration.isWhole
          ? "."
          : ", and pairs with p above \(manifest.plan.settings["pval-threshold"] ?? "") are not in the table.")
        + " Labels are the genes with the smallest p-values.")
  }
}
