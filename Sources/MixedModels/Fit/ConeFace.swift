/// Where in the cone of covariance matrices a point lies.
package enum ConeFace: Sendable, Equatable {
  /// Positive definite.
  case interior
  /// Unstructured covariance of rank one.
  case rankOne
  /// Uncorrelated effects, first variance zero.
  case firstZero
  /// Uncorrelated effects, second variance zero.
  case secondZero
  /// No random-effect variance at all.
  case zero
}
