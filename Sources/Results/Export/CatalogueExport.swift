import BlockGzip
import Tables

/// eQTL Catalogue: the columns of its nominal summary statistics, in the order of its tabix files.
struct CatalogueExport {
  private static let header =
    "molecular_trait_id\tchromosome\tposition\tref\talt\tvariant\tma_samples\tmaf\tpvalue\tbeta\tse\t"
    + "type\tac\tan\tr2\tmolecular_trait_object_id\tgene_id\tmedian_tpm\trsid\n"

  private let result: FinishedResult
  private let request: ExportRequest

  init(_ result: FinishedResult, _ request: ExportRequest) {
    self.result = result
    self.request = request
  }

  /// - Throws: `InputError`, `OutputError`.
  func run() throws -> ExportSummary {
    let format = result.numberFormat
    let rows = try ExportRows(result, request)
    let table = rows.table
    let effect = try EffectFields(request.effect, of: table)
    let (carriers, count) = (
      try table.columns.require("ma_samples"), try table.columns.require("ma_count")
    )
    let (position, frequency) = (try table.columns.require("pos"), try table.columns.require("af"))
    let file = try ExportFile(path: request.output, sparing: request.spared)
    file.text.append(Self.header)
    var summary = ExportSummary()
    var seen: Set<String> = []
    while try rows.advance() {
      _ = try effect.numbers(table)
      let gene = rows.geneText
      seen.insert(gene)
      let chromosome = chromosomeMatchKey(rows.chromosomeText)
      let (reference, alternate) = (rows.referenceText, rows.alternateText)
      let place = table.text(position)
      file.text.append("\(gene)\t\(chromosome)\t\(place)\t\(reference)\t\(alternate)\t")
      file.text.append("chr\(chromosome)_\(place)_\(reference)_\(alternate)\t")
      file.text.append(bytes: table.bytes(carriers))
      file.text.appendTab()
      try rows.appendMinorFrequency(to: &file.text, format: format)
      for column in [effect.probability, effect.estimate, effect.error] {
        file.text.appendTab()
        file.text.append(bytes: table.bytes(column))
      }
      let kind = AlleleKind(reference: reference, alternate: alternate).rawValue
      // Minor alleles over their frequency: both are of donors with a dosage.
      let alleles = 2 * (try table.number(count) / rows.minorFrequency / 2).rounded()
      let altCount = (alleles * (try table.number(frequency))).rounded()
      file.text.append("\t\(kind)")
      file.text.append(tabbed: altCount, format: NumberFormat(significantDigits: 15))
      file.text.append(tabbed: alleles, format: NumberFormat(significantDigits: 15))
      let id = rows.idText
      file.text.append("\tNA\t\(gene)\t\(gene)\tNA\t\(id.hasPrefix("rs") ? id : "NA")\n")
      try file.flush()
      summary.rows += 1
    }
    try file.finish()
    try file.commit()
    summary.paths = [file.path]
    summary.genes = seen.count
    summary.failedRows = rows.failedCount
    return summary
  }
}

/// The catalogue's word for what a variant is.
private enum AlleleKind: String {
  case single = "SNP"
  case lengthChange = "INDEL"
  case other = "OTHER"

  init(reference: String, alternate: String) {
    let isNamed = (reference + alternate).utf8.allSatisfy("ACGTNacgtn".utf8.contains)
    let lengths = (reference.utf8.count, alternate.utf8.count)
    self =
      !isNamed
      ? .other : lengths == (1, 1) ? .single : lengths.0 != lengths.1 ? .lengthChange : .other
  }
}
