import Tables

/// A stretch of one chromosome, one-based and inclusive; nil ends are open.
package struct GenomicRegion: Sendable, Equatable, CustomStringConvertible {
  package var chromosome: String
  package var from: Int?
  package var to: Int?

  package init(chromosome: String, from: Int? = nil, to: Int? = nil) {
    self.chromosome = chromosome
    self.from = from
    self.to = to
  }

  /// As a flag has it: `chr`, `chr:from` or `chr:from-to`.
  package var description: String {
    guard from != nil || to != nil else { return chromosome }
    return "\(chromosome):\(from ?? 1)" + (to.map { "-\($0)" } ?? "")
  }

  /// Whether `name` is this region's chromosome, with or without `chr`.
  package func isOnChromosome(named name: String) -> Bool {
    chromosomeMatchKey(name) == chromosomeMatchKey(chromosome)
  }

  /// The stretches of `regions` on a chromosome, ascending and apart.
  static func stretches(
    of regions: [GenomicRegion], onChromosome name: String
  ) -> [ClosedRange<Int>] {
    var stretches: [ClosedRange<Int>] = []
    let all = regions.compactMap { region -> ClosedRange<Int>? in
      let (from, to) = (region.from ?? 1, region.to ?? Int.max)
      return region.isOnChromosome(named: name) && from <= to ? from...to : nil
    }
    for next in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = stretches.last, next.lowerBound <= last.upperBound {
        stretches[stretches.count - 1] =
          last.lowerBound...max(last.upperBound, next.upperBound)
      } else {
        stretches.append(next)
      }
    }
    return stretches
  }
}
