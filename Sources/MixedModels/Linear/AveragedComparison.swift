/// A mixed model's comparison of two conditions beside a paired t test of averages per subject and
/// condition, and what parts them.
public struct AveragedComparison: Sendable {
  /// A share of the difference between both estimates.
  public struct Contribution: Sendable, Equatable {
    /// A fixed column, the offset, or a grouping factor.
    public var term: String
    /// By how much the column's mean differs between the averages of a subject's conditions; NaN of a
    /// grouping factor.
    public var meanDifference: Double
    /// By how much it differs in the model's comparison.
    public var modelDifference: Double
    /// The column's coefficient.
    public var coefficient: Double
    /// What the averaged estimate has more by it than the model's.
    public var value: Double
  }

  /// The smallest and the largest of something over subjects.
  public struct Extent: Sendable, Equatable {
    /// The smallest.
    public var lower: Double
    /// The largest.
    public var upper: Double

    init(_ values: [Double]) {
      lower = values.min() ?? .nan
      upper = values.max() ?? .nan
    }
  }

  /// The variance that levels of a grouping factor other than the subjects add to the averaged estimate.
  public struct SharedVariance: Sendable, Equatable {
    /// The grouping factor.
    public var group: String
    /// Its number of levels.
    public var levels: Int
    /// In squared units of the response.
    public var variance: Double
  }

  /// The variable.
  public var condition: String
  /// The level that is compared with the reference.
  public var level: String
  /// The reference level.
  public var reference: String
  /// The grouping factor that averages are taken over.
  public var subject: String
  /// Coverage of intervals; tests are at what is left.
  public var coverage: Double
  /// The model's comparison of both levels, other variables as in marginal means.
  public var mixed: FixedEffect
  /// Numbers that interact with the condition, and where they are held: at their means.
  public var heldNumbers: [(name: String, value: Double)] = []
  /// Factors that interact with the condition, averaged with equal weights.
  public var averagedFactors: [String] = []
  /// The paired t test.
  public var paired: FixedEffect
  /// Subjects with both conditions.
  public var subjectCount: Int
  /// Subjects with one of both conditions.
  public var droppedSubjects: Int
  /// Their rows.
  public var droppedRows: Int
  /// Rows per subject and condition.
  public var trials: Extent
  /// Their median.
  public var medianTrials: Double
  /// What makes the averaged estimate less the model's; with `weightingShare` they add up to that.
  public var contributions: [Contribution] = []
  /// What is left of it, by the weights of subjects.
  public var weightingShare: Double
  /// The variance of a subject's difference of means that random effects have by the model.
  public var betweenVariance: Extent
  /// The variance of it that trials have: Σσ²/n² over both cells.
  public var noiseVariance: Extent
  /// The share of the latter in both.
  public var noiseShare: Extent
  /// The mean over subjects of the variance by random effects.
  public var meanBetween: Double
  /// The mean over subjects of the variance by trials.
  public var meanNoise: Double
  /// The variance of subjects' differences as the paired test has it.
  public var differenceVariance: Double
  /// Weights of subjects that are inverse to these variances, in multiples of the equal weight.
  public var weights: Extent
  /// The SE of a mean with equal weights over that with these weights.
  public var equalWeightLoss: Double
  /// By other grouping factors.
  public var shared: [SharedVariance] = []
  /// The SE of the averaged estimate by the model, shared variances included.
  public var modelStandardError: Double
  /// Whether the condition's effect varies between subjects in the model.
  public var hasRandomSlope: Bool
  /// Root mean squares of the conditional residuals at the level and at the reference.
  public var residualDeviations: (level: Double, reference: Double)
  /// Whether residual SDs of both conditions differ in the model.
  public var hasOwnDeviations: Bool
  /// Whether residuals are correlated in time: the noise of a mean is not known then.
  public var isSerial: Bool

  /// The averaged estimate less the model's.
  public var difference: Double { paired.estimate - mixed.estimate }
}
