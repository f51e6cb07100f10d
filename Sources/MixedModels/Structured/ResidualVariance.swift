import Glibc
import LinearAlgebra

/// How the residual variance differs between samples, and whether residuals are correlated: variance
/// of sample i is σ² exp(2 Σ_k φ_k x_ik) / w_i.
package struct ResidualVariance: Sendable {
  /// Samples × r: what the logarithm of the residual SD is linear in.
  package var covariates: Matrix
  /// One per covariate, as `fit` reports them: `ratio:LEVEL`, `exp` or `power`.
  package var covariateNames: [String]
  /// By covariate, whether it is reported as exp(φ), the ratio of two SDs.
  package var areRatios: [Bool]
  /// Precision weights w, one per sample; nil for equal ones.
  package var weights: [Double]?

  /// Correlation in time; nil where residuals are independent.
  package var serial: SerialCorrelation?

  package var parameterCount: Int { covariates.columns + (serial == nil ? 0 : 1) }
  /// Of all parameters: `ar1` behind those of covariates.
  package var names: [String] { covariateNames + (serial == nil ? [] : ["ar1"]) }

  /// The same variance for all samples, divided by `weights` where they are given.
  package static func homogeneous(samples: Int, weights: [Double]? = nil) -> ResidualVariance {
    ResidualVariance(
      covariates: Matrix(rows: samples, columns: 0), covariateNames: [], areRatios: [],
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
      covariateNames: levelNames.dropFirst().map { "ratio:\($0)" },
      areRatios: columns.map { _ in true })
  }

  /// SD σ exp(φ x) (nlme's `varExp`).
  package static func exponential(_ values: [Double]) -> ResidualVariance {
    ResidualVariance(
      covariates: Matrix(rows: values.count, columns: [values]), covariateNames: ["exp"],
      areRatios: [false])
  }

  /// SD σ |x|^φ (nlme's `varPower`).
  ///
  /// - Precondition: no value is 0, where the SD would be 0 or infinite.
  package static func power(_ values: [Double]) -> ResidualVariance {
    precondition(values.allSatisfy { $0 != 0 }, "a power of 0")
    var variance = exponential(values.map { log(abs($0)) })
    variance.covariateNames = ["power"]
    return variance
  }

  /// The product of two models' SDs (nlme's `varComb`): the parameters of one before those of the
  /// other.
  ///
  /// - Precondition: the same samples; strata, weights and a serial correlation in one of them at most.
  package func combined(with other: ResidualVariance) -> ResidualVariance {
    precondition(covariates.rows == other.covariates.rows, "different samples")
    precondition(!areRatios.contains(true) || !other.areRatios.contains(true), "strata twice")
    precondition(weights == nil || other.weights == nil, "weights twice")
    precondition(serial == nil || other.serial == nil, "correlated twice")
    let columns =
      (0..<covariates.columns).map(covariates.column)
      + (0..<other.covariates.columns).map(other.covariates.column)
    return ResidualVariance(
      covariates: Matrix(rows: covariates.rows, columns: columns),
      covariateNames: covariateNames + other.covariateNames,
      areRatios: areRatios + other.areRatios, weights: weights ?? other.weights,
      serial: serial ?? other.serial)
  }

  /// The first covariate's parameter that σ² and those before it leave nothing to, such as that of a constant
  /// or of a number per stratum; nil where all are identifiable.
  package var dependentName: String? {
    let samples = covariates.rows
    let columns =
      [[Double](repeating: 1, count: samples)] + (0..<covariates.columns).map(covariates.column)
    do throws(OrthonormalBasis.Dependency) {
      _ = try OrthonormalBasis(Matrix(rows: samples, columns: columns))
      return nil
    } catch {
      return error.column > 0 ? covariateNames[error.column - 1] : nil
    }
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
      kept: Array(covariateNames.indices), centres: [], scales: [],
      others: covariateNames.map { _ in .nan }, logDeviation: 0, serial: serial)
    if let weights, !weights.isEmpty {
      let mean = weights.reduce(0) { $0 + log($1) } / Double(weights.count)
      standard.weights = weights.map { exp(log($0) - mean) }
      units.logDeviation = 0.5 * mean
    }
    if areRatios.contains(true) { keepStrata(&standard, &units) }
    for (place, k) in units.kept.enumerated() {
      let values = covariates.column(k)
      let mean = areRatios[k] ? 0 : values.reduce(0) { $0 + $1 / Double(values.count) }
      let scale = areRatios[k] ? 1 : Self.deviation(values, mean: mean)
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
    let present = units.kept.filter { k in
      areRatios[k] && rows.contains { covariates[$0, k] != 0 }
    }
    let hasReference = rows.contains { row in present.allSatisfy { covariates[row, $0] == 0 } }
    if !hasReference, let base = present.first { units.others[base] = 0 }
    let strata = hasReference ? present : Array(present.dropFirst())
    units.kept = units.kept.filter { !areRatios[$0] || strata.contains($0) }
    standard.covariateNames = units.kept.map { covariateNames[$0] }
    standard.areRatios = units.kept.map { areRatios[$0] }
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

  /// Those of some samples.
  package func selecting(samples: [Int]) -> ResidualVariance {
    var selected = self
    selected.covariates = covariates.selecting(rows: samples)
    selected.serial = serial?.selecting(samples: samples)
    selected.weights = weights.map { all in samples.map { all[$0] } }
    return selected
  }
}
