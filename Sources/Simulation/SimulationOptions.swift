/// What a simulated cohort looks like.
///
/// Effects are in units of expression (per allele, per unit of time). The defaults let a dynamic
/// eQTL be found with 60 to 100 donors: with times 0…5 the standard error of b_gi is about 0.025
/// at a minor allele frequency of 0.25, an eighth of the default effect.
package struct SimulationOptions: Sendable, Equatable {
  /// Donors; nil is 100, or all donors of a genotype file that is given.
  package var donors: Int?
  /// Visit times, strictly increasing.
  package var times: [Double] = [0, 1, 2, 3, 4, 5]
  package var genes = 100
  /// Variants over all chromosomes together.
  package var variants = 2000
  /// Fraction of the donors × times samples that is absent.
  package var missingSamples = 0.0
  package var seed: UInt64 = 1
  /// Smallest and largest minor allele frequency, of simulated variants and of causal ones.
  package var minorAlleleFrequency = 0.05...0.5
  package var chromosomes = 2
  /// Base pairs between neighbouring variants, on average.
  package var spacing = 5_000
  /// Base pairs over which linkage disequilibrium falls by the factor e.
  package var linkageLength = 50_000.0
  /// Fraction of the variants whose dosages carry imputation noise.
  package var imputedVariants = 0.5
  /// Standard deviation of that noise, in alleles.
  package var imputationNoise = 0.05
  /// Fraction of genotype calls that are missing.
  package var missingGenotypes = 0.0
  /// Wright's F_ST of two populations, the first and the second half of the donors; above 0 a
  /// covariate `pc1` tells them apart.
  package var structure = 0.0

  /// Fraction of the genes with a genotype × time effect.
  package var dynamicGenes = 0.2
  /// Size of b_gi, per allele and unit of time; its sign is random.
  package var dynamicEffect = 0.2
  /// Fraction of the genes with a genotype effect at time 0.
  package var mainGenes = 0.3
  /// Size of b_g, per allele; its sign is random.
  package var mainEffect = 0.3
  /// Standard deviation over genes of the time effect b_i at dosage 0.
  package var timeEffect = 0.1
  /// Numeric donor-level covariates, besides `sex`.
  package var covariates = 2
  /// Standard deviation over genes of each donor-level covariate's effect.
  package var covariateEffect = 0.2
  /// Standard deviation over genes of the effects of `batch` (against its first level) and `rin`
  /// (per unit): 0 unless asked for, so that the default model of a scan is the true one.
  package var technicalEffect = 0.0

  /// What expression is; effects are on the scale of its link.
  package var family = ExpressionFamily.gaussian
  package var sdIntercept = 0.5
  /// Standard deviation of the donors' slopes, per unit of time.
  package var sdSlope = 0.1
  package var correlation = 0.2
  /// Standard deviation of the residual, of a woman at time 0.
  package var sdResidual = 0.4
  /// Skewness of the residual, 0 for a normal one.
  package var residualSkewness = 0.0
  /// Growth of the logarithm of the residual's standard deviation, per unit of time.
  package var residualGrowth = 0.0
  /// Men's standard deviation of the residual over women's.
  package var residualSexRatio = 1.0
  /// Standard deviation over genes of the effect of `pc1` on the slope, per unit of time.
  package var structureSlope = 0.0

  package init() {}

  /// Visits that every donor keeps, whatever is missing.
  package var leastVisits: Int { min(2, times.count) }

  /// The most samples that may be absent.
  package var largestMissingFraction: Double {
    times.isEmpty ? 0 : 1 - Double(leastVisits) / Double(times.count)
  }
}
