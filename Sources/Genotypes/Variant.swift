/// One tested allele: a record of the genotype file, or one ALT of a multi-allelic record.
package struct Variant: Sendable, Equatable {
  /// Index into the source's chromosomes, in order of first appearance.
  package var chromosome: Int
  /// One-based position.
  package var position: Int
  package var id: String
  package var reference: String
  /// The effect allele.
  package var alternate: String

  package init(
    chromosome: Int, position: Int, id: String, reference: String, alternate: String
  ) {
    self.chromosome = chromosome
    self.position = position
    self.id = id
    self.reference = reference
    self.alternate = alternate
  }
}
