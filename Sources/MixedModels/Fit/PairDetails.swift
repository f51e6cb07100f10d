/// What the fit of a pair holds beyond `PairFit`: tested blocks of several columns, further
/// variance parameters, the likelihood-ratio test.
public final class PairDetails: Sendable {
  /// The tested coefficients, in the order of the formula; empty where there is one.
  public let block: [CoefficientEstimate]
  /// Sampling covariances of the block, i < j, by rows: (1,2), (1,3), …, (2,3), ….
  public let blockCovariances: [Double]
  /// Sampling covariances of genotype's main effect with the block.
  public let genotypeCovariances: [Double]
  /// The F test of the whole block; missing where the block is one column.
  public let test: JointTest
  /// Variance parameters that `VarianceComponents` has no place for, as `ComponentLayout` names
  /// them.
  public let components: [Double]
  /// Natural logarithm of the p-value of the likelihood-ratio test; NaN without one.
  public let logLikelihoodRatioP: Double

  package init(
    block: [CoefficientEstimate] = [], blockCovariances: [Double] = [],
    genotypeCovariances: [Double] = [], test: JointTest = .missing, components: [Double] = [],
    logLikelihoodRatioP: Double = .nan
  ) {
    self.block = block
    self.blockCovariances = blockCovariances
    self.genotypeCovariances = genotypeCovariances
    self.test = test
    self.components = components
    self.logLikelihoodRatioP = logLikelihoodRatioP
  }
}
