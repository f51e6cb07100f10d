import Glibc

/// Residual SDs and parameters as they are reported.
extension ResidualVariance {
  /// The SD of every row.
  ///
  /// - Parameters:
  ///   - scale: σ, where covariates are 0 and the weight is 1.
  ///   - parameters: by the covariates as given.
  func deviations(scale: Double, parameters: [Double]) -> [Double] {
    (0..<covariates.rows).map { row in
      var logarithm = 0.0
      for k in 0..<covariates.columns where covariates[row, k] != 0 {
        logarithm += parameters[k] * covariates[row, k]
      }
      return scale * exp(logarithm) / (weights.map { $0[row].squareRoot() } ?? 1)
    }
  }

  /// A parameter as it is reported: strata as ratios of SDs.
  func reported(_ value: Double, parameter: Int) -> Double {
    areRatios[parameter] ? exp(value) : value
  }
}

extension ResidualVariance.Units {
  /// Where a parameter stands among those that move, with its covariate's scale; nil for one that is
  /// held.
  func place(of parameter: Int) -> (place: Int, scale: Double)? {
    kept.firstIndex(of: parameter).map { ($0, scales[$0]) }
  }

  /// d log(σ² where covariates are 0)/dφ, beside the change of σ².
  var logVarianceSlopes: [Double] { kept.indices.map { -2 * centres[$0] / scales[$0] } }
}
