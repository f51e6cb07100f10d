/// Which criterion suits a design.
extension StructuredDesign {
  /// Operations of a dense evaluation below which its exact Hessians are welcome whatever the
  /// sparse one would cost: a fit takes a hundredth of a second at most.
  private static let smallWork = 2e5

  /// The criterion that fits the design in the least time: the dense one where clusters are few and
  /// small, where a term has a relationship matrix or residuals a serial correlation; the sparse one
  /// elsewhere.
  func criterion(
    _ criterion: EstimationCriterion, fixedCount: Int
  ) -> any LikelihoodCriterion {
    let isDense =
      terms.contains { $0.relationship != nil } || residual.serial != nil
      || denseCost(fixedCount: fixedCount) < Self.smallWork
    guard !isDense else {
      return StructuredCriterion(
        design: self, criterion: criterion, fixedCount: fixedCount, isExtended: false)
    }
    return SparseCriterion(design: self, criterion: criterion, fixedCount: fixedCount)
  }

  /// `evaluationCost`, with the residual's columns where it has parameters.
  private func denseCost(fixedCount: Int) -> Double {
    guard residual.parameterCount > 0 else { return evaluationCost(fixedCount: fixedCount) }
    return clusterColumns.indices.reduce(0) { sum, cluster in
      let columns = clusterColumns[cluster]
      let outer = Double(columns + clusterStarts[cluster + 1] - clusterStarts[cluster])
      return sum + outer * outer * Double(4 * columns + fixedCount + 1)
    }
  }
}
