/// Draws expression from the model that the truth table states.
///
/// expression_ij = mean + covariate effects + b_i·time_ij + b_g·g_i + b_gi·g_i·time_ij + u0_i +
/// u1_i·time_ij + e_ij, with (u0, u1) bivariate normal over donors and e normal over samples.
/// Time is the sheet's own: `sd_intercept` and `b_g` are those at time 0.
package struct ExpressionModel: Sendable {
  private let design: CohortDesign
  private let options: SimulationOptions

  package init(design: CohortDesign, options: SimulationOptions) {
    self.design = design
    self.options = options
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
    return zip(design.visits, fixed).map { visit, mean in
      let effects = donorEffects[visit.donor]
      return mean + effects.intercept + effects.slope * visit.time
        + options.sdResidual * numbers.normal()
    }
  }
}
