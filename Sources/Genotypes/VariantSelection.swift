/// Which variants of a genotype file are wanted; the default is all of them.
package struct VariantSelection: Sendable {
  /// Only variants in this region.
  package var region: GenomicRegion?
  /// Only variants with these ids.
  package var ids: Set<String>?
  /// Chromosomes that an earlier file of a series held, by name without `chr`, and that file.
  var taken: [String: String] = [:]

  package init(region: GenomicRegion? = nil, ids: Set<String>? = nil) {
    self.region = region
    self.ids = ids
  }
}
