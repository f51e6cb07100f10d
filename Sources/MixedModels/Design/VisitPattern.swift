/// One distinct set of visits; donors that share it share Z'Z and every covariance factorisation.
package struct VisitPattern: Sendable {
  /// Donors of this pattern, as a range of the design's donor order.
  package var donors: Range<Int>
  /// S̃ − I, where S̃ = Φ'Z'ZΦ (its 2 × 2 embedding: a missing second column counts as 1).
  package var excess: SymmetricMatrix2
}
