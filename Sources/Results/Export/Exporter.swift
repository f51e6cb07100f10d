import Association
import BlockGzip
import LinearAlgebra
import Tables

/// Exports a finished scan for another program.
package struct Exporter {
  /// The correlations of some variants' statistics for a gene.
  package typealias Correlations = (String, [VariantName], TestedEffect) throws -> Matrix

  let result: FinishedResult
  let request: ExportRequest
  private let correlations: Correlations?

  /// - Parameter correlations: for SuSiE.
  /// - Throws: `InputError` where the result is not what the format needs.
  package init(
    _ result: FinishedResult, _ request: ExportRequest, correlations: Correlations? = nil
  ) throws(InputError) {
    self.result = result
    self.request = request
    self.correlations = correlations
    try checkRows()
    try checkFamily()
    try checkQValues()
    try checkGenes()
  }

  /// Writes the files.
  ///
  /// - Throws: `InputError`, `OutputError`, and what the correlations throw.
  package func run() throws -> ExportSummary {
    var summary: ExportSummary
    switch request.format {
    case .coloc: summary = try ColocExport(result, request).run()
    case .tensorqtl: summary = try TensorExport(result, request).run()
    case .catalogue: summary = try CatalogueExport(result, request).run()
    case .fastenloc: summary = try AnnotationExport(result, request).run()
    case .mashr: summary = try MashExport(result, request).run()
    case .susie:
      guard let correlations else { preconditionFailure("no correlations for SuSiE") }
      summary = try SusieExport(result, request, correlations: correlations).run()
    }
    let pairs = result.manifest.plan.settings["keep-pairs"] ?? "all"
    if pairs != "all", request.format.weighsVariants {
      summary.notes.append(
        "the scan had only the pairs of a list (--keep-pairs): \(request.format.rawValue) takes a "
          + "gene's variants for all of its region")
    }
    return summary
  }

  private func checkRows() throws(InputError) {
    guard request.format.needsEveryRow, result.pValueThreshold < 1 else { return }
    throw InputError(
      "\(request.format.rawValue) needs all variants of a region, not only the small p-values",
      path: result.pairsPath, found: "rows with pval_gi up to \(result.pValueThreshold)",
      expected: "every pair",
      advice: "scan the genes of interest again (--genes) without --pval-threshold"
        + (result.isTrans ? ", without --trans or with --pval-threshold 1" : ""))
  }

  private func checkFamily() throws(InputError) {
    guard request.format.weighsVariants, let family = result.manifest.family else { return }
    throw InputError(
      "\(request.format.rawValue)'s numbers are those of Gaussian expression",
      path: result.prefix + ".manifest.json", found: "--family \(family)",
      expected: "a scan without --family",
      advice: "scan normalised expression, or export to mashr, eqtl-catalogue or tensorqtl")
  }

  /// Genes cannot be chosen by q-values that are not there.
  private func checkQValues() throws(InputError) {
    guard request.falseDiscoveryRate != nil else { return }
    let advice = "name genes or a region (--gene, --region) in place of --fdr"
    guard result.manifest.plan.hasQValues else {
      throw InputError(
        "no q-values to choose genes by (--fdr)", path: result.genesPath,
        found: "a scan that ran with --gene-pvalue none",
        expected: "p-values of genes, such as --gene-pvalue acat",
        advice: "scan again without --gene-pvalue none, or \(advice)")
    }
    guard let shard = result.manifest.shard else { return }
    throw InputError(
      "no q-values to choose genes by (--fdr)", path: result.genesPath,
      found: "shard \(shard.shard.text), whose q-values need the genes of all shards",
      expected: "a whole result", advice: "join the shards with slopeqtl merge, or \(advice)")
  }

  /// Genes that are not in the result are told with some that are.
  private func checkGenes() throws(InputError) {
    guard var missing = request.genes else { return }
    let table = try result.genes()
    let column = try table.columns.require("phenotype_id")
    var ids: [String] = []
    while try table.advance() {
      ids.append(table.text(column))
      missing.remove(table.text(column))
    }
    guard let first = missing.min() else { return }
    throw InputError(
      "genes that are not in the result", path: result.genesPath,
      found: InputError.list(missing.sorted()),
      expected: "ids of the scan, \(NearIDs.text(first, among: ids))")
  }
}
