/// Which variants of a genotype file are wanted; the default is all of them.
package struct VariantSelection: Sendable {
  /// Only variants in these regions, which may overlap.
  package var regions: [GenomicRegion]?
  /// Only variants with these ids.
  package var ids: Set<String>?
  /// Chromosomes that an earlier file of a series held, by name without `chr`, and that file.
  var taken: [String: String] = [:]

  package init(regions: [GenomicRegion]?, ids: Set<String>? = nil) {
    self.regions = regions
    self.ids = ids
  }

  /// Selects one region, or all.
  package init(region: GenomicRegion? = nil, ids: Set<String>? = nil) {
    self.init(regions: region.map { [$0] }, ids: ids)
  }
}
