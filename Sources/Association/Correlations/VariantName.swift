import Genotypes

/// What tells a variant from all others in the tables of a scan.
package struct VariantName: Hashable, Sendable {
  /// As the genotype file writes it.
  package var chromosome: String
  package var position: Int
  package var id: String
  package var reference: String
  package var alternate: String

  package init(
    chromosome: String, position: Int, id: String, reference: String, alternate: String
  ) {
    self.chromosome = chromosome
    self.position = position
    self.id = id
    self.reference = reference
    self.alternate = alternate
  }
}
