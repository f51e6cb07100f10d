import Glibc
import LinearAlgebra

/// The covariance of a model's responses about their means, relative to σ²:
/// V = R + Σ_j Z_j (A_j ⊗ D̃_j) Z_j', factored cluster by cluster of samples that covary.
package struct MarginalCovariance: Sendable {
  /// The sample behind every row of what is whitened.
  package let rowOrder: [Int]
  /// Where clusters begin among these rows, and their number.
  private let starts: [Int]
  private let factors: [CholeskyFactor]

  /// Nil where V is not positive definite.
  ///
  /// - Parameters:
  ///   - terms: the random terms over the same samples.
  ///   - covariances: D̃ of each, in the units of its columns.
  ///   - residual: the diagonal of R by sample.
  /// - Complexity: O(Σ n³) over clusters of n samples.
  package init?(terms: [RandomTerm], covariances: [Matrix], residual: [Double]) {
    precondition(terms.count == covariances.count, "\(terms.count), \(covariances.count) terms")
    let (order, starts) = StructuredDesign.connectedRows(terms, serial: nil, count: residual.count)
    let relationships = terms.map { $0.relationship.map { $0 * $0.transposed } }
    var factors: [CholeskyFactor] = []
    for (start, end) in zip(starts, starts.dropFirst()) {
      let samples = Array(order[start..<end])
      var v = Matrix(rows: samples.count, columns: samples.count)
      for (row, sample) in samples.enumerated() { v[row, row] = residual[sample] }
      for (index, term) in terms.enumerated() {
        Self.add(
          term, covariance: covariances[index], relationship: relationships[index],
          samples: samples, to: &v)
      }
      guard let factor = CholeskyFactor(v) else { return nil }
      factors.append(factor)
    }
    rowOrder = order
    self.starts = starts
    self.factors = factors
  }

  /// Adds z_i' D̃ z_k, times the relationship of the two levels, to the lower triangle.
  private static func add(
    _ term: RandomTerm, covariance: Matrix, relationship: Matrix?, samples: [Int],
    to v: inout Matrix
  ) {
    guard covariance.elements.contains(where: { $0 != 0 }) else { return }
    let columns = term.columns.selecting(rows: samples)
    let scaled = columns * covariance
    let q = columns.columns
    for (i, sample) in samples.enumerated() {
      let level = term.levelOfRow[sample]
      guard level >= 0 else { continue }
      for k in 0...i {
        let other = term.levelOfRow[samples[k]]
        guard other >= 0 else { continue }
        let share = relationship?[level, other] ?? (level == other ? 1 : 0)
        guard share != 0 else { continue }
        var sum = 0.0
        for a in 0..<q { sum += scaled[i, a] * columns[k, a] }
        v[i, k] += share * sum
      }
    }
  }

  /// V^{-1/2} × columns: uncorrelated rows of variance σ², in `rowOrder`. Any factor L⁻¹ of V⁻¹
  /// does for products of whitened columns.
  ///
  /// - Parameter columns: samples × any number.
  package func whitened(_ columns: Matrix) -> Matrix {
    var result = columns.selecting(rows: rowOrder)
    for (cluster, factor) in factors.enumerated() {
      factor.solve(&result, rows: starts[cluster]..<starts[cluster + 1])
    }
    return result
  }
}

extension NullFit {
  /// V at the optimum; nil where there is none.
  ///
  /// - Parameter matrices: those that were fitted.
  package func marginalCovariance(_ matrices: ModelMatrices) -> MarginalCovariance? {
    if case .failed = status { return nil }
    let sigma = components.residualDeviation
    let (a, b) = (components.firstDeviation / sigma, components.secondDeviation / sigma)
    // Without a correlation one of the SDs is 0.
    let product = components.correlation.isNaN ? 0 : a * b * components.correlation
    let covariances =
      switch matrices.shape {
      case .scalar: [Matrix(rows: 1, columns: [[a * a]])]
      case .diagonal: [Matrix(rows: 1, columns: [[a * a]]), Matrix(rows: 1, columns: [[b * b]])]
      case .full: [Matrix(rows: 2, columns: [[a * a, product], [product, b * b]])]
      }
    return MarginalCovariance(
      terms: matrices.randomTerms, covariances: covariances,
      residual: [Double](repeating: 1, count: matrices.random.rows))
  }
}

extension StructuredNull {
  /// V at the optimum; nil where there is none.
  ///
  /// - Parameter model: the one that was fitted.
  /// - Precondition: residuals are independent.
  package func marginalCovariance(_ model: StructuredModel) -> MarginalCovariance? {
    guard let x = optimum?.x else { return nil }
    let design = model.design
    let residual = design.residual
    precondition(residual.serial == nil, "residuals correlated in time")
    let phi = x[StructuredParameters(design: design).covarianceCount...]
    let variances = (0..<design.rowCount).map { sample in
      let slope = zip(phi, residual.covariates.row(sample)).reduce(0) { $0 + $1.0 * $1.1 }
      return exp(2 * slope) / (residual.weights?[sample] ?? 1)
    }
    return MarginalCovariance(
      terms: design.terms, covariances: design.covariances(at: x, residualVariance: 1),
      residual: variances)
  }
}
