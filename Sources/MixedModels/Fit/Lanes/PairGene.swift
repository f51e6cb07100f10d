/// A gene as the refits of its pairs see it.
package struct PairGene: Sendable {
  package var response: ResponseCrossProducts
  /// - Precondition: did not fail.
  package var null: NullFit

  package init(response: ResponseCrossProducts, null: NullFit) {
    self.response = response
    self.null = null
  }
}
