import Simulation
import Testing

@Suite struct PopulationTests {
  /// Frequencies of ALT in the first and the second half of the donors, for each variant.
  private func frequencies(structure: Double, donors: Int) throws -> [(Double, Double)] {
    let workspace = try Workspace()
    var options = SimulationOptions()
    options.donors = donors
    options.genes = 1
    options.variants = 2000
    options.chromosomes = 1
    options.minorAlleleFrequency = 0.35...0.5
    // Variants without linkage, so that each counts for itself.
    options.linkageLength = 2000
    options.imputedVariants = 0
    options.structure = structure
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    let first = (donors + 1) / 2
    return try SimulatedCohort(workspace, prefix: "a").variants.map { row in
      let alleles = row.dropFirst(9).map { call in Double(call.prefix(3).count { $0 == "1" }) }
      return (
        alleles.prefix(first).reduce(0, +) / Double(2 * first),
        alleles.dropFirst(first).reduce(0, +) / Double(2 * (donors - first))
      )
    }
  }

  @Test(arguments: [19, 100])
  func `two populations differ by the F_ST asked for`(donors: Int) throws {
    let ratios = try frequencies(structure: 0.1, donors: donors).map { first, second in
      let half = (first - second) / 2
      let mean = (first + second) / 2
      return half * half / (mean * (1 - mean))
    }
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    // A squared normal has variance 2 F²; rounding to whole alleles adds at most a quarter of
    // their distance, squared, over p(1 − p).
    let error = 0.1 * (2.0 / Double(ratios.count)).squareRoot()
    let rounding = 1 / (16.0 * Double(donors * donors) * 0.2275)
    #expect(abs(mean - 0.1) < 4.5 * error + rounding)
  }

  @Test func `pc1 tells the populations apart`() {
    var options = SimulationOptions()
    options.structure = 0.1
    let design = CohortDesign(
      donorIDs: CohortDesign.donorIDs(count: 31), options: options)
    #expect(design.covariateNames == ["cov1", "cov2", "pc1"])
    #expect(design.pc1 == design.covariates.last)
    #expect(design.pc1?.prefix(16).allSatisfy { $0 < 0 } == true)
    #expect(design.pc1?.dropFirst(16).allSatisfy { $0 > 0 } == true)
  }
}
