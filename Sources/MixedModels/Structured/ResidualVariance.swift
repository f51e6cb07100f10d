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

  /// Those of some samples.
  package func selecting(samples: [Int]) -> ResidualVariance {
    var selected = self
    selected.covariates = covariates.selecting(rows: samples)
    selected.weights = weights.map { all in samples.map { all[$0] } }
    return selected
  }
}
