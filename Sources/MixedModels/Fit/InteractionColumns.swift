/// Which columns of a model the scan reports.
package struct InteractionColumns: Sendable, Equatable {
  /// Genotype's main effect, an index into the genotype columns.
  package var genotype: Int?
  /// Genotype × time, indices into the genotype columns: one, or one per column of a time basis.
  package var tested: [Int]
  /// Plain time, an index into the fixed columns.
  package var time: Int?

  /// The first tested column.
  package var interaction: Int { tested[0] }

  package init(genotype: Int?, interaction: Int, time: Int?) {
    self.init(genotype: genotype, tested: [interaction], time: time)
  }

  /// - Precondition: one or more columns are tested.
  package init(genotype: Int?, tested: [Int], time: Int?) {
    precondition(!tested.isEmpty, "no tested column")
    self.genotype = genotype
    self.tested = tested
    self.time = time
  }
}
