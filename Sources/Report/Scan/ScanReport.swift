import Association
import BlockGzip
import Genotypes
import Glibc
import Longitudinal
import MixedModels
import Plots
import Results

/// A finished scan as one page.
///
/// Numbers are those of the tables and the manifest; where a row is shown, its text is the table's own.
package struct ScanReport {
  let result: FinishedResult
  let inputs: ScanInputs
  let pass: PairPass
  let genes: GeneRows
  /// The genes with the smallest p-values, looked at one by one.
  let loci: [LocusReport]
  let units: PictureUnits

  var manifest: Manifest { result.manifest }
  var calibration: Calibration {
    Calibration(
      pass: pass, genes: genes, result: result, warnings: MisspecificationWarnings(inputs))
  }

  /// Reads the tables and looks at the best genes in the inputs.
  ///
  /// - Parameters:
  ///   - inputs: of the scan, opened again.
  ///   - count: genes that are looked at one by one.
  /// - Throws: `InputError` for damaged tables or a shard's result; `ScanFailure` for inputs.
  package init(
    _ result: FinishedResult, inputs: ScanInputs, topGenes count: Int, units: PictureUnits
  ) throws {
    self.result = result
    self.inputs = inputs
    self.units = units
    genes = try GeneRows(result)
    pass = try PairPass(result, leads: genes.leads(Calibration.rate))
    let places = Dictionary(
      inputs.expression.genes.enumerated().map { ($1.id, $0) }
    ) { first, _ in first }
    var loci: [LocusReport] = []
    for row in genes.ranked.prefix(count) {
      guard let place = places[row.id], let position = Int(genes.text("pos", of: row)) else {
        continue
      }
      // The lead variant alone: a gene may have millions of others.
      let variant = genes.text("variant_id", of: row)
      let region = GenomicRegion(
        chromosome: genes.text("var_chrom", of: row), from: position, to: position)
      let locus = try Locus(gene: place, of: inputs, site: (variant, region))
      loci.append(try LocusReport(locus, variant: variant))
    }
    self.loci = loci
  }

  /// The page.
  ///
  /// - Throws: `PageTemplateError`, which no content causes.
  package func html() throws -> String {
    let name = result.prefix.split(separator: "/").last.map(String.init) ?? result.prefix
    let design = manifest.design
    return try ReportPage(
      title: "Dynamic eQTLs: \(name)",
      subtitle: [
        PlotNumber.count(manifest.genes, "gene"),
        PlotNumber.count(manifest.pairs, "gene–variant pair"),
        PlotNumber.count(design.donors, "donor"), PlotNumber.count(design.samples, "sample"),
        PlotNumber.count(design.times.count, "time"),
      ].joined(separator: ", "),
      sections: [
        summarySection, cohortSection, calibrationSection, genomeSection, genesSection,
        modelsSection, runSection, methodsSection,
      ],
      footer: "\(manifest.program.name) \(manifest.program.version)"
    ).html()
  }

  // MARK: Words

  var timeName: String { manifest.plan.settings["time-column"] ?? "time" }

  var timeAxis: AxisLabel { AxisLabel(timeName, unit: units.time) }

  /// What effects on expression are measured in.
  var effectUnit: String {
    manifest.family.flatMap { ResponseFamily(rawValue: $0) }.map { "\($0.link) scale" }
      ?? units.expression
  }

  static func percent(_ share: Double, decimals: Int = 1) -> String {
    share.isFinite ? CompactNumber.fixed(100 * share, decimals: decimals) + " %" : "NA"
  }

  /// Counts of statuses as a table of a report.
  static func statusTable(_ counts: [String: Int], title: String) -> ReportTable {
    let total = counts.values.reduce(0, +)
    return ReportTable(
      title: title, columns: [.init("status"), .init("count", .number), .init("share", .number)],
      rows: counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map {
        [
          $0.key, PlotNumber.count($0.value),
          percent(Double($0.value) / Double(max(1, total)), decimals: 2),
        ]
      })
  }
}
