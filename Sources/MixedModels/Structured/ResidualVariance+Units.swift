import Glibc

extension ResidualVariance {
  /// What standardised covariates and weights were measured in.
  struct Units: Sendable {
    /// The covariates that have a parameter, as places among those given.
    var kept: [Int]
    var centres: [Double]
    var scales: [Double]
    /// Parameters of the others: 0 of the stratum that is the reference, NaN of absent ones.
    var others: [Double]
    var logDeviation: Double
    var serial: SerialCorrelation?

    /// The parameters by the covariates as given, and ρ.
    func parameters(_ phi: [Double]) -> [Double] {
      var all = others
      for (place, k) in kept.enumerated() { all[k] = phi[place] / scales[place] }
      if let serial { all.append(serial.correlation(phi[kept.count])) }
      return all
    }

    /// The residual variance where covariates are 0 and the weight is 1.
    func variance(_ standard: Double, phi: [Double]) -> Double {
      var shift = logDeviation
      for place in kept.indices { shift -= phi[place] / scales[place] * centres[place] }
      return standard * exp(2 * shift)
    }
  }
}
