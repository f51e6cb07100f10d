/// A gene (or trait) of the expression file.
package struct Gene: Sendable, Equatable {
  /// The direction of transcription.
  package enum Strand: Sendable, Equatable {
    case forward
    case reverse
    /// The file has no strand, or `.` for this gene.
    case unknown
  }

  package var id: String
  /// As the expression file names it.
  package var chromosome: String
  /// Zero-based start.
  package var start: Int
  /// End, not included when counted from zero.
  package var end: Int
  package var strand: Strand

  package init(
    id: String, chromosome: String, start: Int, end: Int, strand: Strand = .unknown
  ) {
    self.id = id
    self.chromosome = chromosome
    self.start = start
    self.end = end
    self.strand = strand
  }
}
