import Genotypes
import Tables

/// What the rows of one variant share, converted once for all genes whose donors are the same.
struct VariantRowText: Sendable {
  let key: VariantKey
  let position: Int
  /// The columns before the gene's id, with the tab behind them.
  let site: RowPiece
  /// The columns of allele counts, with the tab before them.
  let alleles: RowPiece

  /// - Parameter number: the variant's place in the genotype file.
  init(
    chromosome: String, variant: Variant, number: Int, summary: AlleleSummary,
    format: NumberFormat
  ) {
    key = VariantKey(
      chromosome: variant.chromosome, position: variant.position, alternate: variant.alternate,
      number: number)
    position = variant.position
    var site = TextBuffer(capacity: 64)
    site.append(chromosome)
    site.append(tabbed: variant.position)
    for word in [variant.id, variant.reference, variant.alternate] {
      site.appendTab()
      site.append(word)
    }
    site.appendTab()
    self.site = RowPiece(site)
    var alleles = TextBuffer(capacity: 64)
    alleles.append(tabbed: summary.frequency, format: format)
    alleles.append(tabbed: summary.carriers)
    alleles.append(tabbed: summary.minorCount, format: format)
    self.alleles = RowPiece(alleles)
  }
}
