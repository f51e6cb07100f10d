import Glibc
import LinearAlgebra

extension LinearMixedFit {
  /// The sampling covariance of the fixed effects by the information on fixed effects and variance
  /// parameters together.
  ///
  /// Where the columns are earlier responses, estimates of the two are correlated, however many
  /// subjects there are, and `coefficientCovariance`, which takes the variance parameters as known, is
  /// too small. The block of the inverse information is C + 2JH⁻¹J': C the covariance at known
  /// variance parameters, J the derivatives of β̂ by them along the profiled deviance, here central
  /// differences, and H its Hessian (the inverse of a partitioned matrix; Kackar & Harville 1984 have
  /// the same form).
  public var fullInformationCovariance: [[Double]] {
    var covariance = coefficientCovariance
    guard let engine, let inverse = engine.optimum.inverseHessian else { return covariance }
    let slopes = coefficientSlopes(engine)
    let spread = slopes.map { inverse * $0 }
    for i in covariance.indices {
      for j in covariance.indices { covariance[i][j] += 2 * dotProduct(slopes[i], spread[j]) }
    }
    return covariance
  }

  /// Slopes of every fixed effect, in the user's units, by the variance parameters.
  private func coefficientSlopes(_ engine: Engine) -> [[Double]] {
    let criterion = engine.criterion
    let basis = engine.optimum.x.indices.map { k -> [Double] in
      // Parameters are of order one; the error of a central difference is that of h².
      let step = 1e-4 * max(1, abs(engine.optimum.x[k]))
      func coefficients(_ sign: Double) -> [Double]? {
        var x = engine.optimum.x
        x[k] += sign * step
        return criterion.evaluate(at: x) ? criterion.coefficients : nil
      }
      guard let above = coefficients(1), let below = coefficients(-1) else {
        return [Double](repeating: 0, count: criterion.fixedCount)
      }
      return zip(above, below).map { ($0 - $1) / (2 * step) }
    }
    // The criterion is left as it was found: intervals and contrasts need its forms, too.
    _ = criterion.evaluate(at: engine.optimum.x)
    criterion.prepareForms()
    return model.fixedNames.indices.map { row in
      basis.map { slope in
        slope.indices.reduce(0) { $0 + model.basis.inverseR[row, $1] * slope[$1] }
      }
    }
  }
}
