/// One gene: where it stands and the true model its expression follows.
package struct SimulatedGene: Sendable, Equatable {
  package var id: String
  /// Index into the chromosomes.
  package var chromosome: Int
  /// Zero-based start of the transcription start site; the end is one more.
  package var start: Int
  /// Ordinal of the causal variant in the genotype file; nil for a gene without genotype effect.
  package var causalVariant: Int?
  package var mean = 0.0
  /// Genotype effect at time 0, per allele.
  package var bG = 0.0
  /// Time effect at dosage 0, per unit of time.
  package var bI = 0.0
  /// Genotype × time effect, per allele and unit of time.
  package var bGI = 0.0
  /// Effects of the numeric donor-level covariates.
  package var covariateEffects: [Double] = []
  /// Effect of `pc1` on the slope, per unit of time; 0 in a cohort of one population.
  package var structureSlope = 0.0
  /// Effect of being male.
  package var sexEffect = 0.0
  /// Effects of the batches against the first.
  package var batchEffects: [Double] = []
  /// Effect of the RNA integrity number, per unit.
  package var rinEffect = 0.0

  package init(id: String, chromosome: Int, start: Int) {
    self.id = id
    self.chromosome = chromosome
    self.start = start
  }
}
