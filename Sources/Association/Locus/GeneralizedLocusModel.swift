import MixedModels

/// The model of one pair of counts or binary outcomes in full, on the scale of the link.
package struct GeneralizedLocusModel {
  package let fit: GeneralizedPairFit
  /// By the donors' numbers in the cohort; NaN without a sample of the gene.
  package let dosages: [Double]
  private let locus: Locus

  /// Fits the model of a pair, as the scan fits it.
  ///
  /// - Parameters:
  ///   - locus: the gene.
  ///   - pair: its place in the locus.
  /// - Returns: nil where the gene or the pair has no model, and for Gaussian expression.
  package init?(_ locus: Locus, pair: Int) {
    guard locus.model.failure == nil, let gene = locus.model.generalized,
      let design = locus.model.design, let dosages = locus.dosages(of: pair),
      let fit = GeneralizedPairFit(gene, dosages: design.donorOrder.map { dosages[$0] })
    else { return nil }
    self.fit = fit
    self.dosages = dosages
    self.locus = locus
  }

  /// What the model says at some times for the cohort's average sample, with an offset of 0.
  ///
  /// - Parameter times: in the sheet's unit.
  /// - Returns: nil where the formula has functions or factors that are not defined there.
  package func courses(at times: [Double]) -> LocusCourses? {
    LocusCourses(locus, at: times) { fit.estimate($0, named: $1) }
  }
}
