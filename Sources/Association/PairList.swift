import BlockGzip
import Tables

/// Pairs that a scan is restricted to.
package struct PairList: Sendable {
  package let path: String
  /// Ids of variants by that of the gene.
  package let variants: [String: Set<String>]
  /// Different pairs.
  package var count: Int { variants.values.reduce(0) { $0 + $1.count } }

  /// Reads a table with the columns `phenotype_id` and `variant_id` among others, such as the genes
  /// table of a scan with its lead variants, or one of two columns without a header: gene and
  /// variant. Rows whose variant is `NA` are left out.
  ///
  /// - Throws: `InputError` for a file that cannot be read and for rows that are no pair.
  package init(path: String) throws(InputError) {
    let reader = try LineReader(path: path)
    guard let first = try reader.next(), !first.isEmpty else {
      throw InputError(
        "no pairs in the file", path: path, line: 1, found: "nothing",
        expected: "a gene and a variant a line", advice: "check that this is the right file")
    }
    var fields = Fields(separator: Fields.Separator(headerLine: first))
    fields.split(first)
    let names = fields.strings(of: first)
    var pairs: [String: Set<String>] = [:]
    let columns: (gene: Int, variant: Int)
    if let gene = names.firstIndex(of: "phenotype_id"),
      let variant = names.firstIndex(of: "variant_id")
    {
      columns = (gene, variant)
    } else {
      guard names.count == 2 else {
        throw reader.error(
          "not a list of pairs", found: "\(names.count) columns",
          expected: "columns phenotype_id and variant_id, or two columns without a header",
          advice: "give a genes table of a scan, or a gene and a variant a line")
      }
      columns = (0, 1)
      pairs[names[0], default: []].insert(names[1])
    }
    while let line = try reader.next() {
      guard !line.isEmpty else { continue }
      fields.split(line)
      let cells = fields.strings(of: line)
      guard cells.count == names.count, !cells[columns.gene].isEmpty else {
        throw reader.error(
          "a row that is no pair", found: "\(cells.count) fields",
          expected: "\(names.count) as in the first line", advice: "mend the row")
      }
      guard cells[columns.variant] != "NA" else { continue }
      pairs[cells[columns.gene], default: []].insert(cells[columns.variant])
    }
    guard !pairs.isEmpty else {
      throw InputError(
        "no pairs in the file", path: path, found: "no gene with a variant",
        expected: "a gene and a variant a line")
    }
    self.path = path
    variants = pairs
  }

  /// Ids of the pairs' variants, of those that are in `kept` where it is given.
  package func variantIDs(of kept: Set<String>?) -> Set<String> {
    let own = variants.values.reduce(into: Set()) { $0.formUnion($1) }
    return kept.map { own.intersection($0) } ?? own
  }

  /// The pairs as text that does not depend on their order.
  var text: String {
    variants.sorted { $0.key < $1.key }
      .map { "\($0.key)\t\($0.value.sorted().joined(separator: "\t"))" }.joined(separator: "\n")
  }
}
