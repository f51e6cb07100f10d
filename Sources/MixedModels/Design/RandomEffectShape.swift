/// Which entries of a donor's random-effect covariance are parameters.
package enum RandomEffectShape: Sendable, Equatable {
  /// One random-effect column: one variance.
  case scalar
  /// Two uncorrelated columns: two variances.
  case diagonal
  /// Two columns with an unstructured covariance: two variances and a covariance.
  case full

  /// Number of random effects of a donor.
  package var columns: Int { self == .scalar ? 1 : 2 }

  /// Number of distinct entries of a symmetric matrix over those columns.
  package var entries: Int { self == .scalar ? 1 : 3 }
}
