/// What a simulation made, for the note that a command prints.
package struct SimulationSummary: Sendable, Equatable {
  package var donors = 0
  package var samples = 0
  package var variants = 0
  package var genes = 0
  /// Genes with a genotype × time effect.
  package var dynamicGenes = 0
  /// Genes that were to have a genotype effect but have no variant of the frequency range within
  /// reach.
  package var genesWithoutCandidate = 0
  /// The files written.
  package var files: [String] = []

  package init() {}
}
