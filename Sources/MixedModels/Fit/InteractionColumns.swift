/// Which columns of a model the scan reports.
package struct InteractionColumns: Sendable, Equatable {
  /// Genotype's main effect, an index into the genotype columns.
  package var genotype: Int?
  /// Genotype × time, an index into the genotype columns.
  package var interaction: Int
  /// Plain time, an index into the fixed columns.
  package var time: Int?

  package init(genotype: Int?, interaction: Int, time: Int?) {
    self.genotype = genotype
    self.interaction = interaction
    self.time = time
  }
}
