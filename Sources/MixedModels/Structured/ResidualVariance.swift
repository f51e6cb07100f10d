import Glibc
import LinearAlgebra

/// How the residual variance differs between samples: variance of sample i is
/// σ² exp(2 Σ_k φ_k x_ik) / w_i.
package struct ResidualVariance: Sendable {
  /// Samples × r: what the logarithm of the residual SD is linear in.
  package var covariates: Matrix
  /// One per covariate, as `fit` reports them: `ratio:LEVEL` or `exp`.
  package var names: [String]
  /// Whether a parameter is reported as exp(φ), the ratio of two SDs.
  package var areRatios: Bool
  /// Precision weights w, one per sample; nil for equal ones.
  package var weights: [Double]?

  package var parameterCount: Int { covariates.columns }

  /// The same variance for all samples, divided by `weights` where they are given.
  package static func homogeneous(samples: Int, weights: [Double]? = nil) -> ResidualVariance {
    ResidualVariance(
      covariates: Matrix(rows: samples, columns: 0), names: [], areRatios: false,
      weights: weights)
  }

  /// An SD of its own for every level of a factor; parameters are ratios to the first level's
  /// (nlme's `varIdent`).
  package static func strata(levelOfRow: [Int], levelNames: [String]) -> ResidualVariance {
    let columns = (1..<max(1, levelNames.count)).map { level in
      levelOfRow.map { $0 == level ? 1.0 : 0 }
    }
    return ResidualVariance(
      covariates: Matrix(rows: levelOfRow.count, columns: columns),
      names: levelNames.dropFirst().map { "ratio:\($0)" }, areRatios: true)
  }

  /// SD σ exp(φ x) (nlme's `varExp`).
  package static func exponential(_ values: [Double]) -> ResidualVariance {
    ResidualVariance(
      covariates: Matrix(rows: values.count, columns: [values]), names: ["exp"],
      areRatios: false)
  }

  /// The same model with covariates of mean 0 and SD 1 and weights of geometric mean 1, in which
  /// parameters are of order one whatever the units, and what turns its estimates back.
  ///
  /// A covariate far from 0, such as a year, would tie its parameter to all variances, as these are
  /// relative to that at 0. Strata are of order one as they are, but only those with samples have a
  /// parameter; where the first has none, the others are relative to the first that has some.
  func standardised() -> (residual: ResidualVariance, units: Units) {
    var standard = self
    var units = Units(
      kept: Array(0..<parameterCount), centres: [], scales: [],
      others: [Double](repeating: .nan, count: parameterCount), logDeviation: 0)
    if let weights, !weights.isEmpty {
      let mean = weights.reduce(0) { $0 + log($1) } / Double(weights.count)
      standard.weights = weights.map { exp(log($0) - mean) }
      units.logDeviation = 0.5 * mean
    }
    if areRatios { keepStrata(&standard, &units) }
    for (place, k) in units.kept.enumerated() {
      let values = covariates.column(k)
      let mean = areRatios ? 0 : values.reduce(0) { $0 + $1 / Double(values.count) }
      let scale = areRatios ? 1 : Self.deviation(values, mean: mean)
      units.centres.append(mean)
      units.scales.append(scale)
      for row in values.indices {
        standard.covariates[row, place] = (values[row] - mean) / scale
      }
    }
    return (standard, units)
  }

  /// Leaves out the parameters of strata without samples, and that of the first with some where it
  /// stands in for the reference.
  private func keepStrata(_ standard: inout ResidualVariance, _ units: inout Units) {
    let rows = 0..<covariates.rows
    let present = units.kept.filter { k in rows.contains { covariates[$0, k] != 0 } }
    let hasReference = rows.contains { row in present.allSatisfy { covariates[row, $0] == 0 } }
    if !hasReference, let base = present.first { units.others[base] = 0 }
    units.kept = hasReference ? present : Array(present.dropFirst())
    standard.names = units.kept.map { names[$0] }
    standard.covariates = Matrix(rows: rows.count, columns: units.kept.count)
  }

  /// The SD of values; 1 where they are constant.
  private static func deviation(_ values: [Double], mean: Double) -> Double {
    let largest = values.reduce(0) { max($0, abs($1 - mean)) }
    guard largest > 0 else { return 1 }
    let square = values.reduce(0) {
      let share = ($1 - mean) / largest
      return $0 + share * share / Double(values.count)
    }
    return largest * square.squareRoot()
  }

  /// What standardised covariates and weights were measured in.
  struct Units: Sendable {
    /// The covariates that have a parameter, as places among those given.
    fileprivate var kept: [Int]
    fileprivate var centres: [Double]
    fileprivate var scales: [Double]
    /// Parameters of the others: 0 of the stratum that is the reference, NaN of absent ones.
    fileprivate var others: [Double]
    fileprivate var logDeviation: Double

    /// The parameters by the covariates as given.
    func parameters(_ phi: [Double]) -> [Double] {
      var all = others
      for (place, k) in kept.enumerated() { all[k] = phi[place] / scales[place] }
      return all
    }

    /// The residual variance where covariates are 0 and the weight is 1.
    func variance(_ standard: Double, phi: [Double]) -> Double {
      var shift = logDeviation
      for place in kept.indices { shift -= phi[place] / scales[place] * centres[place] }
      return standard * exp(2 * shift)
    }
  }

  /// Those of some samples.
  package func selecting(samples: [Int]) -> ResidualVariance {
    var selected = self
    selected.covariates = covariates.selecting(rows: samples)
    selected.weights = weights.map { all in samples.map { all[$0] } }
    return selected
  }
}
