/// One gene–variant pair to be fitted.
package struct PairRequest: Sendable {
  /// Index into the genes of the call.
  package var gene: Int
  /// Index into the variants of the call.
  package var variant: Int
  /// Where the refit starts; nil for the gene's null fit.
  package var start: ConePoint?

  package init(gene: Int, variant: Int, start: ConePoint? = nil) {
    self.gene = gene
    self.variant = variant
    self.start = start
  }
}
