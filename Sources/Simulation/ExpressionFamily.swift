/// What simulated expression is.
package enum ExpressionFamily: String, Sendable, CaseIterable {
  /// Measurements with a residual.
  case gaussian
  /// Counts, whose log mean has the sample's library size added.
  case poisson
  /// 0 or 1.
  case binomial

  /// Mean over genes of the intercept, and its SD.
  var intercepts: (mean: Double, deviation: Double) {
    switch self {
    case .gaussian: (5, 1)
    case .poisson: (2, 1)
    case .binomial: (0, 0.5)
    }
  }

  /// SD over samples of the log library size.
  static let librarySizes = 0.3
}
