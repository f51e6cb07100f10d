import Distributions
import MixedModels

/// Which donors may change genotypes: those with the same visits, where they are enough.
///
/// Genotypes of donors whose visits differ are not exchangeable, since a donor's weight depends on its
/// visits. Strata are visit patterns; donors of patterns with fewer than five change places among each
/// other, if these are five together; otherwise all donors do.
struct DonorPermutation {
  static let smallestStratum = 5

  private let donorCount: Int
  private let strata: [[Int]]
  /// Whether donors with different visits change places.
  let mixesPatterns: Bool

  init(design: DesignCrossProducts) {
    self.init(patterns: design.patterns.map { Array($0.donors) })
  }

  /// - Parameter patterns: donors by visit pattern.
  init(patterns: [[Int]]) {
    donorCount = patterns.reduce(0) { $0 + $1.count }
    let large = patterns.filter { $0.count >= Self.smallestStratum }
    let rest = patterns.filter { $0.count < Self.smallestStratum }.flatMap(\.self)
    mixesPatterns = !rest.isEmpty
    if rest.isEmpty {
      strata = large
    } else if rest.count >= Self.smallestStratum {
      strata = large + [rest]
    } else {
      strata = [patterns.flatMap(\.self)]
    }
  }

  /// Whose genotypes each donor gets.
  func draw(_ random: inout RandomNumbers) -> [Int] {
    var order = Array(0..<donorCount)
    for stratum in strata {
      var shuffled = stratum
      random.shuffle(&shuffled)
      for (donor, other) in zip(stratum, shuffled) { order[donor] = other }
    }
    return order
  }
}
