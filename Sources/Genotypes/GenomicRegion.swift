import Tables

/// A stretch of one chromosome, one-based and inclusive; nil ends are open.
package struct GenomicRegion: Sendable, Equatable {
  package var chromosome: String
  package var from: Int?
  package var to: Int?

  package init(chromosome: String, from: Int? = nil, to: Int? = nil) {
    self.chromosome = chromosome
    self.from = from
    self.to = to
  }

  /// Whether `name` is this region's chromosome, with or without `chr`.
  package func isOnChromosome(named name: String) -> Bool {
    chromosomeMatchKey(name) == chromosomeMatchKey(chromosome)
  }

  /// Whether `position`, on this region's chromosome, lies inside.
  package func contains(position: Int) -> Bool {
    position >= from ?? 1 && position <= to ?? Int.max
  }
}
