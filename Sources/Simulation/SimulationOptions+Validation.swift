extension SimulationOptions {
  /// Checks every value against its range and against the others.
  ///
  /// - Parameter genotypesGiven: whether donors and variants come from a file.
  /// - Throws: `SimulationOptionError` naming the first option that cannot be used.
  package func validate(genotypesGiven: Bool) throws(SimulationOptionError) {
    try validateTimes()
    try atLeast(1, genes, "genes")
    try atLeast(0, covariates, "covariates")
    if let donors { try atLeast(2, donors, "donors") }
    if !genotypesGiven { try validateGenotypes() }
    try validateFrequencies(genotypesGiven: genotypesGiven)
    for (option, value) in [
      ("dynamic-fraction", dynamicGenes), ("main-fraction", mainGenes),
      ("imputed-fraction", imputedVariants), ("missing-genotypes", missingGenotypes),
    ] where !(0...1).contains(value) {
      throw SimulationOptionError(option, found: "\(value)", expected: "a fraction from 0 to 1")
    }
    for (option, value) in [
      ("dynamic-effect", dynamicEffect), ("main-effect", mainEffect), ("time-effect", timeEffect),
      ("covariate-effect", covariateEffect), ("technical-effect", technicalEffect),
      ("sd-intercept", sdIntercept), ("sd-slope", sdSlope), ("sd-residual", sdResidual),
      ("imputation-noise", imputationNoise),
    ] where !(0...1000).contains(value) {
      throw SimulationOptionError(option, found: "\(value)", expected: "a number from 0 to 1000")
    }
    guard (-1...1).contains(correlation) else {
      throw SimulationOptionError(
        "cor-intercept-slope", found: "\(correlation)", expected: "a correlation from -1 to 1")
    }
    try validateResidual()
    try validateStructure(genotypesGiven: genotypesGiven)
  }

  private func validateResidual() throws(SimulationOptionError) {
    guard
      family == .gaussian || residualSkewness == 0 && residualGrowth == 0 && residualSexRatio == 1
    else {
      throw SimulationOptionError(
        "family", found: "\(family.rawValue) with a residual's skewness, growth or ratio",
        expected: "gaussian, which alone has a residual")
    }
    guard (0..<ResidualDistribution.largestSkewness).contains(residualSkewness) else {
      throw SimulationOptionError(
        "residual-skewness", found: "\(residualSkewness)",
        expected: "a skewness from 0 to below \(shortText(ResidualDistribution.largestSkewness))")
    }
    guard residualSexRatio > 0, residualSexRatio <= 100 else {
      throw SimulationOptionError(
        "residual-sex-ratio", found: "\(residualSexRatio)",
        expected: "a ratio above 0 and up to 100")
    }
    // Written with six decimals, a value must stay far below 2^53 of them.
    let reach = times.map { abs($0 * residualGrowth) }.max() ?? 0
    guard reach <= 7 else {
      throw SimulationOptionError(
        "residual-growth", found: "\(residualGrowth)",
        expected: "a rate that multiplies or divides the SD by at most 1000 at any of the times")
    }
  }

  private func validateStructure(genotypesGiven: Bool) throws(SimulationOptionError) {
    guard (0...0.9).contains(structure), structure == 0 || !genotypesGiven else {
      throw SimulationOptionError(
        "structure", found: "\(structure)",
        expected: genotypesGiven ? "0 for given genotypes" : "an F_ST from 0 to 0.9")
    }
    guard (0...1000).contains(structureSlope), structureSlope == 0 || structure > 0 else {
      throw SimulationOptionError(
        "structure-slope", found: "\(structureSlope)",
        expected: "a number from 0 to 1000, above 0 only with --structure")
    }
  }

  private func validateTimes() throws(SimulationOptionError) {
    let text = times.map { shortText($0) }.joined(separator: ",")
    guard !times.isEmpty, times.allSatisfy({ abs($0) <= 1e5 }) else {
      throw SimulationOptionError(
        "times", found: text, expected: "one or more times from -100000 to 100000")
    }
    guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw SimulationOptionError("times", found: text, expected: "strictly increasing times")
    }
    guard missingSamples >= 0, missingSamples <= largestMissingFraction else {
      throw SimulationOptionError(
        "missing", found: "\(missingSamples)",
        expected:
          "0 to \(largestMissingFraction): every donor keeps \(leastVisits) of \(times.count) visits"
      )
    }
  }

  private func validateGenotypes() throws(SimulationOptionError) {
    try atLeast(1, chromosomes, "chromosomes")
    guard variants >= chromosomes else {
      throw SimulationOptionError(
        "variants", found: "\(variants)", expected: "at least one for each chromosome")
    }
    try atLeast(1, spacing, "spacing")
    // A tabix index reaches to position 2^29.
    let perChromosome = (variants + chromosomes - 1) / chromosomes
    guard spacing <= 500_000_000 / perChromosome else {
      throw SimulationOptionError(
        "spacing", found: "\(spacing)",
        expected:
          "at most \(500_000_000 / perChromosome) for \(perChromosome) variants on one chromosome")
    }
    guard linkageLength > 0, linkageLength <= 1e9 else {
      throw SimulationOptionError(
        "ld-length", found: "\(linkageLength)", expected: "a number of base pairs above 0")
    }
  }

  private func validateFrequencies(genotypesGiven: Bool) throws(SimulationOptionError) {
    let range = minorAlleleFrequency
    let text = "\(range.lowerBound),\(range.upperBound)"
    guard range.lowerBound >= 0, range.upperBound <= 0.5 else {
      throw SimulationOptionError("maf", found: text, expected: "frequencies from 0 to 0.5")
    }
    guard !genotypesGiven else { return }
    guard !alleleCounts.isEmpty else {
      throw SimulationOptionError(
        "maf", found: text,
        expected: "a range that holds a whole number of the \(2 * donorCount) alleles")
    }
  }

  private func atLeast(
    _ minimum: Int, _ value: Int, _ option: String
  ) throws(SimulationOptionError) {
    guard value >= minimum, value <= 1_000_000_000 else {
      throw SimulationOptionError(
        option, found: "\(value)", expected: "a whole number from \(minimum) to 1000000000")
    }
  }

  /// Donors of a simulated genotype file.
  package var donorCount: Int { donors ?? 100 }

  /// Minor allele counts that the frequency range allows among the simulated donors; never 0.
  package var alleleCounts: Range<Int> {
    let alleles = Double(2 * donorCount)
    // A hair of slack: 0.05 × 200 must count as 10 whatever its last bit.
    let least = max(1, Int((minorAlleleFrequency.lowerBound * alleles - 1e-9).rounded(.up)))
    let most = Int((minorAlleleFrequency.upperBound * alleles + 1e-9).rounded(.down))
    return least..<max(least, most + 1)
  }
}
