import Distributions

/// Who was measured when: donors, their covariates and their visits.
package struct CohortDesign: Sendable {
  /// Names of the batches; the first is the reference level.
  package static let batches = ["batch1", "batch2", "batch3"]
  /// The RNA integrity number at which `rin` has no effect.
  package static let referenceRIN = 8.0

  package let donorIDs: [String]
  /// Names of the numeric covariates: `cov1`, `cov2`… and, of two populations, `pc1`.
  package let covariateNames: [String]
  /// Numeric covariates, covariates × donors, 4 decimals: standard normal, but `pc1`.
  package let covariates: [[Double]]
  /// The last covariate, where there are two populations: -1 in the first and 1 in the second,
  /// with a normal scatter of 0.2, as the first principal component of their genotypes.
  package let pc1: [Double]?
  /// Whether each donor is male; `sex` is written as text.
  package let isMale: [Bool]
  /// Samples that exist, by donor and then time.
  package let visits: [Visit]

  /// Draws covariates, absent samples, batches and integrity numbers for `donorIDs`.
  package init(donorIDs: [String], options: SimulationOptions) {
    self.donorIDs = donorIDs
    let names = (0..<options.covariates).map { "cov\($0 + 1)" }
    var donorNumbers = RandomNumbers(seed: options.seed, .donors)
    isMale = donorIDs.map { _ in donorNumbers.chance(0.5) }
    let normal = names.map { _ in
      donorIDs.map { _ in rounded(donorNumbers.normal(), decimals: 4) }
    }
    pc1 = Self.principalComponent(donors: donorIDs.count, options: options)
    covariateNames = names + (pc1 == nil ? [] : ["pc1"])
    covariates = normal + (pc1.map { [$0] } ?? [])
    let present = PresentVisits.draw(
      subjects: donorIDs.count, times: options.times.count, missing: options.missingSamples,
      leastVisits: options.leastVisits, seed: options.seed)
    var sampleNumbers = RandomNumbers(seed: options.seed, .samples)
    var visits: [Visit] = []
    for (donor, id) in donorIDs.enumerated() {
      for (index, time) in options.times.enumerated()
      where present[donor * options.times.count + index] {
        let rin = min(10, max(1, Self.referenceRIN + 0.7 * sampleNumbers.normal()))
        visits.append(
          Visit(
            sampleID: "\(id)_V\(index + 1)", donor: donor, time: time,
            batch: sampleNumbers.integer(below: Self.batches.count),
            rin: rounded(rin, decimals: 1)))
      }
    }
    if options.family == .poisson {
      var sizes = RandomNumbers(seed: options.seed, .librarySizes)
      for index in visits.indices {
        visits[index].logSize = rounded(
          ExpressionFamily.librarySizes * sizes.normal(), decimals: 4)
      }
    }
    self.visits = visits
  }

  private static func principalComponent(donors: Int, options: SimulationOptions) -> [Double]? {
    guard options.structure > 0 else { return nil }
    var numbers = RandomNumbers(seed: options.seed, .populations)
    let first = firstPopulation(of: donors)
    return (0..<donors).map { donor in
      rounded((donor < first ? -1 : 1) + 0.2 * numbers.normal(), decimals: 4)
    }
  }

  /// Donors of the first of two populations; the others are of the second.
  static func firstPopulation(of donors: Int) -> Int { (donors + 1) / 2 }

  /// `D001`, `D002`…: ids of simulated donors, all of one width.
  package static func donorIDs(count: Int) -> [String] { numberedNames("D", count: count) }
}
