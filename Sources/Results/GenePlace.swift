import BlockGzip
import Tables

/// A gene of a finished scan and where its variants lie.
package struct GenePlace: Sendable, Equatable {
  package var chromosome: String
  /// Zero-based start.
  package var start: Int
  package var end: Int

  /// Positions within `width` of the gene, one-based.
  package func window(_ width: Int) -> ClosedRange<Int> {
    let start = max(1, start + 1 - width)
    return start...max(start, end + width)
  }

  /// Looks a gene up in the table of genes.
  ///
  /// - Throws: `InputError` where there is no such gene, with the ids that are near.
  package init(id: String, in result: FinishedResult) throws(InputError) {
    let table = try result.genes()
    let columns = try ["phenotype_id", "chrom", "start", "end"]
      .map { name throws(InputError) in try table.columns.require(name) }
    let wanted = Array(id.utf8)
    var ids: [String] = []
    let fieldCount = 1 + (columns.max() ?? 0)
    while try table.advance(first: fieldCount) {
      guard table.bytes(columns[0]).elementsEqual(wanted) else {
        ids.append(table.text(columns[0]))
        continue
      }
      chromosome = table.text(columns[1])
      start = try table.position(columns[2])
      end = try table.position(columns[3])
      return
    }
    throw InputError(
      "no gene of that name", path: result.genesPath, found: "'\(id)'",
      expected: "an id of the scan, \(NearIDs.text(id, among: ids))")
  }
}
