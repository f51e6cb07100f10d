import Glibc
import LinearAlgebra

/// A logistic regression on columns some of which are known by their conditional distributions.
///
/// With predictors b | data ~ N(m, C), the probability of an event is E[expit(x'γ + b'β)], a
/// logistic-normal integral along one direction: mean x'γ + m'β, variance β'Cβ. That is the exact
/// likelihood of the outcome given the data that told b. Putting m in b's place, as with C = 0, is
/// regression calibration, whose coefficients are too small by about √(1 + 0.346 β'Cβ) (Carroll,
/// Ruppert, Stefanski & Crainiceanu 2006, *Measurement Error in Nonlinear Models*, ch. 4).
package struct UncertainLogisticModel: Sendable {
  /// Rows × p: columns that are known, then means of those that are not.
  package let columns: Matrix
  /// How many of the last columns are uncertain.
  package let uncertainCount: Int
  /// By row: their covariance; empty where all are taken for known.
  package let covariances: [Matrix]
  /// 0 or 1.
  package let outcome: [Double]

  package init(
    columns: Matrix, uncertainCount: Int, covariances: [Matrix], outcome: [Double]
  ) {
    precondition(columns.rows == outcome.count, "\(columns.rows) rows, \(outcome.count) outcomes")
    precondition(covariances.isEmpty || covariances.count == outcome.count)
    self.columns = columns
    self.uncertainCount = uncertainCount
    self.covariances = covariances
    self.outcome = outcome
  }

  /// A fit at the maximum of the likelihood.
  package struct Fit: Sendable {
    package enum Status: Sendable, Equatable {
      case ok
      /// No finite estimates exist.
      case separated(Separation)
      /// The likelihood rises as far as was looked: the predictors are known too little for the
      /// effects that they seem to have.
      case unbounded
      /// The best point found is given.
      case flat
    }
    package var status: Status
    /// In the order of the columns.
    package var coefficients: [Double]
    /// The inverse of the observed information; NaN where it is not definite.
    package var covariance: Matrix
    /// −2 log-likelihood.
    package var deviance: Double
  }

  /// The distribution of the linear predictor of a row.
  package static func predictor(
    _ row: [Double], covariance: Matrix?, coefficients: [Double]
  ) -> (mean: Double, deviation: Double) {
    let mean = dotProduct(row, coefficients)
    guard let covariance else { return (mean, 0) }
    let beta = Array(coefficients.suffix(covariance.rows))
    return (mean, max(0, dotProduct(covariance * beta, beta)).squareRoot())
  }

  /// - Throws: the first column that is a combination of those before it.
  package func fit() throws(OrthonormalBasis.Dependency) -> Fit {
    // Known predictors first: a start, and what separation there is.
    let start = try GeneralizedLinearModel(family: .binomial, response: outcome, columns: columns)
      .fit()
    let status: Fit.Status =
      switch start.status {
      case .ok: .ok
      case .flat: .flat
      case .separated(let separation): .separated(separation)
      }
    let plain = Fit(
      status: status, coefficients: start.coefficients, covariance: start.covariance,
      deviance: start.deviance)
    if case .separated = status { return plain }
    guard !covariances.isEmpty, uncertainCount > 0 else { return plain }
    return LogisticNormalIteration(self).fit(from: start.coefficients)
  }
}
