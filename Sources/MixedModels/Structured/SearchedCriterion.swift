/// Minus twice a log-likelihood, up to a constant, whose optimum is searched for.
protocol SearchedCriterion: AnyObject {
  var parameters: StructuredParameters { get }

  /// The value at `x`; false where the criterion cannot be evaluated there.
  func evaluate(at x: [Double]) -> Bool
  /// The value at the point last evaluated.
  var value: Double { get }

  /// The minimum near a start.
  func minimum(from start: [Double]) -> TrustRegion.Result?
  /// Whether the way down from a start is seen to lead to an optimum that is known, the value there
  /// `value`; false where it is not looked at.
  func leads(from start: [Double], to optimum: StructuredOptimum, value: Double) -> Bool
  /// Curvatures below this share of the largest count as none.
  var flatness: Double { get }

  /// What inference needs of the point last evaluated.
  func prepareForms()
}

extension SearchedCriterion {
  func leads(from start: [Double], to optimum: StructuredOptimum, value: Double) -> Bool { false }
}
