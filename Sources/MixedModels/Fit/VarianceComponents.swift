/// Variance components on the reported scale.
public struct VarianceComponents: Sendable, Equatable, BitwiseCopyable {
  /// SD of the first random effect (the intercept, or the only effect).
  public var firstDeviation: Double
  /// SD of the second random effect (the slope); NaN where the model has one.
  public var secondDeviation: Double
  /// Correlation of the two; NaN where an SD is 0 or the model has none.
  public var correlation: Double
  /// Residual SD.
  public var residualDeviation: Double

  /// No fit: every number NaN.
  package static let missing = VarianceComponents(
    firstDeviation: .nan, secondDeviation: .nan, correlation: .nan, residualDeviation: .nan)

  init(
    firstDeviation: Double, secondDeviation: Double, correlation: Double, residualDeviation: Double
  ) {
    self.firstDeviation = firstDeviation
    self.secondDeviation = secondDeviation
    self.correlation = correlation
    self.residualDeviation = residualDeviation
  }

  /// From M: D̃ = (I − M)⁻¹ − I and covariance = σ² Φ D̃ Φ'.
  init(point m: SymmetricMatrix2, design: DesignCrossProducts, residualVariance: Double) {
    let relative = (SymmetricMatrix2.identity - m).inverse - .identity
    let phi = design.rotation
    let d11 =
      phi.p11 * phi.p11 * relative.a11 + 2 * phi.p11 * phi.p12 * relative.a12
      + phi.p12 * phi.p12 * relative.a22
    let d12 = phi.p22 * (phi.p11 * relative.a12 + phi.p12 * relative.a22)
    let d22 = phi.p22 * phi.p22 * relative.a22
    let sigma = residualVariance.squareRoot()
    firstDeviation = sigma * max(0, d11).squareRoot()
    residualDeviation = sigma
    secondDeviation = design.shape == .scalar ? .nan : sigma * max(0, d22).squareRoot()
    correlation =
      design.shape == .full && d11 > 0 && d22 > 0
      ? max(-1, min(1, d12 / (d11 * d22).squareRoot())) : .nan
  }
}
