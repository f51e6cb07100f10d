import Genotypes

/// Which rows of the pairs are wanted: those that fulfil all that is given.
package struct PairQuery: Sendable {
  package var gene: String?
  package var variant: String?
  package var region: GenomicRegion?

  package init(gene: String? = nil, variant: String? = nil, region: GenomicRegion? = nil) {
    self.gene = gene
    self.variant = variant
    self.region = region
  }
}
