/// One gene–variant pair to be fitted.
package struct PairRequest: Sendable {
  /// Index into the genes of the call.
  package var gene: Int
  /// Index into the variants of the call.
  package var variant: Int
  /// Where the refit starts; nil for the gene's null fit.
  package var start: ConePoint?

  package init(gene: Int, variant: Int, start: ConePoint? = nil) {
    self.gene = gene
    self.variant = variant
    self.start = start
  }
}

/// A point of the cone of admissible M, with the face it lies on.
package struct ConePoint: Sendable, Equatable {
  package var point: SymmetricMatrix2
  package var face: ConeFace

  package init(point: SymmetricMatrix2, face: ConeFace) {
    self.point = point
    self.face = face
  }
}

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
