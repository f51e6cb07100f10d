import Distributions
import Glibc

/// A likelihood-ratio test of variances, restricted likelihoods compared at one fixed part.
public struct VarianceTest: Sendable, Equatable {
  /// What is said to be 0 or equal.
  public var name: String
  /// The deviance without less that with.
  public var statistic: Double
  /// The null distribution: a χ² or the mixture of two, half and half, that it is where the tested
  /// variance lies on the boundary (Self & Liang 1987; Stram & Lee 1994).
  public var reference: Reference
  /// log of the p-value by the reference, natural logarithm; NaN where only simulation tells.
  public var logPValue: Double
  /// By simulation from the model without; nil where none was asked for.
  public var bootstrapPValue: Double?
  /// Replicates that were fitted.
  public var replicates = 0

  /// A null distribution of the statistic.
  public enum Reference: Sendable, Equatable {
    case chiSquared(Int)
    /// Half χ² with these degrees of freedom, half with one more.
    case mixture(Int)
    /// The null model lies on the boundary itself; only simulation tells.
    case bootstrap

    /// The distribution in words.
    public var text: String {
      switch self {
      case .chiSquared(let df): "chi-squared(\(df))"
      case .mixture(let df): "0.5 chi-squared(\(df)) + 0.5 chi-squared(\(df + 1))"
      case .bootstrap: "parametric bootstrap"
      }
    }

    /// log P(statistic or more).
    func logTail(_ statistic: Double) -> Double {
      func tail(_ df: Int) -> Double {
        guard df > 0 else { return statistic > 0 ? -.infinity : 0 }
        return ChiSquared.logUpperTail(max(0, statistic), degreesOfFreedom: Double(df))
      }
      switch self {
      case .chiSquared(let df): return tail(df)
      case .mixture(let df):
        let (a, b) = (tail(df), tail(df + 1))
        let largest = max(a, b)
        guard largest > -.infinity else { return largest }
        return largest + log(0.5 * exp(a - largest) + 0.5 * exp(b - largest))
      case .bootstrap: return .nan
      }
    }
  }
}
