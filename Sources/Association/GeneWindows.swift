import Cohort
import Genotypes
import Tables

/// What a cis scan of some genes needs of the genotypes.
enum GeneWindows {
  /// The genes' windows, cut to a region.
  static func regions(_ genes: [Gene], window: Int, within region: GenomicRegion?)
    -> [GenomicRegion]
  {
    genes.compactMap { gene in
      let window = gene.cisWindow(window)
      var from = max(1, window.lowerBound)
      var to = window.upperBound
      if let region {
        guard region.isOnChromosome(named: gene.chromosome) else { return nil }
        from = max(from, region.from ?? 1)
        to = min(to, region.to ?? Int.max)
      }
      return from <= to ? GenomicRegion(chromosome: gene.chromosome, from: from, to: to) : nil
    }
  }
}
