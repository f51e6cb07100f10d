import Glibc
import Distributions

/// Draws expression from the model that the truth table states.
///
/// expression_ij = mean + covariate effects + b_i·time_ij + b_g·g_i + b_gi·g_i·time_ij + u0_i +
/// u1_i·time_ij + e_ij, with (u0, u1) bivariate normal over donors and e independent over samples:
/// normal, or skewed, of one standard deviation, or one that depends on time and sex.
/// Of counts the sum without a residual, and the log library size, is the log mean of a Poisson
/// distribution; of binary expression it is the logit of the probability of 1.
/// Time is the sheet's own: `sd_intercept` and `b_g` are those at time 0.
package struct ExpressionModel: Sendable {
  /// Counts of a million and more take too long to draw.
  private static let largestLogMean = 14.0

  private let design: CohortDesign
  private let options: SimulationOptions
  private let residual: ResidualDistribution
  /// Standard deviation of the residual at each visit.
  private let residualDeviations: [Double]

  package init(design: CohortDesign, options: SimulationOptions) {
    self.design = design
    self.options = options
    residual = ResidualDistribution(skewness: options.residualSkewness)
    residualDeviations = design.visits.map { visit in
      options.sdResidual * exp(options.residualGrowth * visit.time)
        * (design.isMale[visit.donor] ? options.residualSexRatio : 1)
    }
  }

  /// The part of a gene's expression without random effects and residual, one value per visit.
  ///
  /// - Parameter dosages: the causal variant's, one per donor; unused for a gene without one.
  package func fixedPart(of gene: SimulatedGene, dosages: [Double]?) -> [Double] {
    design.visits.map { visit in
      var value = gene.mean + gene.bI * visit.time
      for (effect, values) in zip(gene.covariateEffects, design.covariates) {
        value += effect * values[visit.donor]
      }
      if let pc1 = design.pc1 { value += gene.structureSlope * pc1[visit.donor] * visit.time }
      if design.isMale[visit.donor] { value += gene.sexEffect }
      if visit.batch > 0 { value += gene.batchEffects[visit.batch - 1] }
      value += gene.rinEffect * (visit.rin - CohortDesign.referenceRIN)
      if let dosages {
        value += (gene.bG + gene.bGI * visit.time) * dosages[visit.donor]
      }
      return value
    }
  }

  /// A gene's expression, one value per visit.
  ///
  /// - Parameter index: the gene's number; equal numbers and seeds draw equal random effects.
  package func expression(
    of gene: SimulatedGene, index: Int, dosages: [Double]?
  ) -> [Double] {
    var numbers = RandomNumbers(seed: options.seed, .expression, index: index)
    let independent = (1 - options.correlation * options.correlation).squareRoot()
    // The Cholesky factor of the covariance matrix applied to two independent normals.
    let donorEffects = design.donorIDs.map { _ in
      let first = numbers.normal()
      let second = numbers.normal()
      return (
        intercept: options.sdIntercept * first,
        slope: options.sdSlope * (options.correlation * first + independent * second)
      )
    }
    let fixed = fixedPart(of: gene, dosages: dosages)
    return design.visits.indices.map { index in
      let visit = design.visits[index]
      let effects = donorEffects[visit.donor]
      let mean = fixed[index] + effects.intercept + effects.slope * visit.time
      switch options.family {
      case .gaussian:
        return mean + residualDeviations[index] * residual.next(from: &numbers)
      case .poisson:
        return Double(numbers.poisson(mean: exp(min(mean + visit.logSize, Self.largestLogMean))))
      case .binomial: return numbers.chance(1 / (1 + exp(-mean))) ? 1 : 0
      }
    }
  }
}
