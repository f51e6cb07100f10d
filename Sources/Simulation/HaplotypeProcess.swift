import Distributions

/// Haplotypes along one chromosome with linkage disequilibrium that decays with distance.
///
/// The haplotypes stand in a circular order, the shared ancestry at a place: carriers of an
/// allele are neighbours in it, as the descendants of one mutation are in a genealogy. Along the
/// chromosome random pairs swap places, so that each haplotype moves once in `linkageLength` base
/// pairs on average, as in a copying model of recombination (Li and Stephens 2003,
/// doi:10.1093/genetics/165.4.2213). Four "branches" hold where carriers stand and how many there
/// are; variants on one branch are near copies of each other, as tagging variants are, and a
/// branch too is replaced once in `linkageLength`.
///
/// An allele's count is chosen, not drawn per haplotype: every variant lies in the frequency
/// range without rejection.
///
/// Two populations have circles of their own, the first and the second half of the donors', and
/// places are swapped within them. Their frequencies are p ± d with d normal of variance
/// F_ST·p(1 − p) (Nicholson et al. 2002, doi:10.1111/1467-9868.00357); the count of the whole
/// stays what was chosen.
struct HaplotypeProcess {
  /// Carriers of an allele in one population, neighbours in its circle.
  private struct Arc {
    var population: Range<Int>
    /// Place of the first carrier, from the start of the population.
    var firstRank: Int
    var carriers: Int
  }

  private struct Branch {
    var arcs: [Arc]
    var endPosition: Double
  }

  private var order: [Int]
  private let counts: Range<Int>
  private let linkageLength: Double
  private let structure: Double
  /// Places of each population in `order`.
  private let populations: [Range<Int>]
  private var numbers: RandomNumbers
  private var nextSwap: Double
  private var branches: [Branch] = []

  /// - Parameters:
  ///   - counts: minor allele counts to draw from; not empty.
  ///   - structure: F_ST of two populations; 0 is one population.
  init(
    haplotypes: Int, counts: Range<Int>, linkageLength: Double, structure: Double,
    numbers: RandomNumbers
  ) {
    let border = 2 * CohortDesign.firstPopulation(of: haplotypes / 2)
    populations =
      structure > 0 ? [0..<border, border..<haplotypes] : [0..<haplotypes]
    order = []
    self.counts = counts
    self.linkageLength = linkageLength
    self.structure = structure
    self.numbers = numbers
    nextSwap = 0
    for population in populations {
      var members = Array(population)
      self.numbers.shuffle(&members)
      order += members
    }
    nextSwap = self.swapDistance()
    for _ in 0..<4 { branches.append(newBranch(at: 0)) }
  }

  /// Moves on to `position` and writes its alleles (0 or 1, one per haplotype).
  ///
  /// - Precondition: positions do not decrease; `alleles` has one entry per haplotype.
  mutating func nextVariant(at position: Int, alleles: inout [UInt8]) {
    precondition(
      alleles.count == order.count, "\(alleles.count) alleles, \(order.count) haplotypes")
    let place = Double(position)
    while nextSwap < place {
      let first = numbers.integer(below: order.count)
      let population = populations.first { $0.contains(first) } ?? order.indices
      order.swapAt(first, population.lowerBound + numbers.integer(below: population.count))
      nextSwap += swapDistance()
    }
    let chosen = numbers.integer(below: branches.count)
    if branches[chosen].endPosition < place { branches[chosen] = newBranch(at: place) }
    let branch = branches[chosen]
    // One variant in four has the major allele as ALT, so that "effect allele" and "minor
    // allele" are told apart by what reads the file.
    let carried: UInt8 = numbers.chance(0.25) ? 0 : 1
    for haplotype in alleles.indices { alleles[haplotype] = 1 - carried }
    for arc in branch.arcs {
      for rank in arc.firstRank..<(arc.firstRank + arc.carriers) {
        alleles[order[arc.population.lowerBound + rank % arc.population.count]] = carried
      }
    }
  }

  /// Distance to the next swap. Each of n haplotypes is in 2 of n swaps, so a mean distance of
  /// 2 · length / n moves it once in `linkageLength`.
  private mutating func swapDistance() -> Double {
    2 * linkageLength / Double(order.count) * numbers.exponential()
  }

  private mutating func newBranch(at position: Double) -> Branch {
    var arcs = populations.map { population in
      Arc(population: population, firstRank: numbers.integer(below: population.count), carriers: 0)
    }
    let carriers = counts.lowerBound + numbers.integer(below: counts.count)
    let endPosition = position + linkageLength * numbers.exponential()
    arcs[0].carriers = carriers
    if arcs.count == 2 {
      arcs[0].carriers = carriersOfFirst(of: carriers)
      arcs[1].carriers = carriers - arcs[0].carriers
    }
    return Branch(arcs: arcs, endPosition: endPosition)
  }

  /// How many of `carriers` the first of two populations has: none that the second lacks room for.
  private mutating func carriersOfFirst(of carriers: Int) -> Int {
    let frequency = Double(carriers) / Double(order.count)
    let deviation = (structure * frequency * (1 - frequency)).squareRoot() * numbers.normal()
    let first = Double(populations[0].count)
    let wanted = Int((first * min(1, max(0, frequency + deviation))).rounded())
    let least = max(0, carriers - populations[1].count)
    return min(max(wanted, least), min(carriers, populations[0].count))
  }
}
