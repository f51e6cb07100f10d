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
struct HaplotypeProcess {
  private struct Branch {
    var firstRank: Int
    var carriers: Int
    var endPosition: Double
  }

  private var order: [Int]
  private let counts: Range<Int>
  private let linkageLength: Double
  private var numbers: RandomNumbers
  private var nextSwap: Double
  private var branches: [Branch] = []

  /// - Parameter counts: minor allele counts to draw from; not empty.
  init(haplotypes: Int, counts: Range<Int>, linkageLength: Double, numbers: RandomNumbers) {
    order = Array(0..<haplotypes)
    self.counts = counts
    self.linkageLength = linkageLength
    self.numbers = numbers
    nextSwap = 0
    self.numbers.shuffle(&order)
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
      order.swapAt(numbers.integer(below: order.count), numbers.integer(below: order.count))
      nextSwap += swapDistance()
    }
    let chosen = numbers.integer(below: branches.count)
    if branches[chosen].endPosition < place { branches[chosen] = newBranch(at: place) }
    let branch = branches[chosen]
    // One variant in four has the major allele as ALT, so that "effect allele" and "minor
    // allele" are told apart by what reads the file.
    let carried: UInt8 = numbers.chance(0.25) ? 0 : 1
    for haplotype in alleles.indices { alleles[haplotype] = 1 - carried }
    for rank in branch.firstRank..<(branch.firstRank + branch.carriers) {
      alleles[order[rank % order.count]] = carried
    }
  }

  /// Distance to the next swap. Each of n haplotypes is in 2 of n swaps, so a mean distance of
  /// 2 · length / n moves it once in `linkageLength`.
  private mutating func swapDistance() -> Double {
    2 * linkageLength / Double(order.count) * numbers.exponential()
  }

  private mutating func newBranch(at position: Double) -> Branch {
    Branch(
      firstRank: numbers.integer(below: order.count),
      carriers: counts.lowerBound + numbers.integer(below: counts.count),
      endPosition: position + linkageLength * numbers.exponential())
  }
}
