import Simulation
import Testing

@Suite struct ResidualTests {
  static let donors = 5000

  /// Residuals of one gene at times 0 and 1, and the design they belong to.
  private func draw(
    _ change: (inout SimulationOptions) -> Void
  ) -> (values: [Double], design: CohortDesign) {
    var options = SimulationOptions()
    options.times = [0, 1]
    options.covariates = 0
    options.sdIntercept = 0
    options.sdSlope = 0
    options.sdResidual = 0.5
    change(&options)
    let design = CohortDesign(
      donorIDs: CohortDesign.donorIDs(count: Self.donors), options: options)
    var gene = SimulatedGene(id: "g", chromosome: 0, start: 0)
    gene.batchEffects = [0, 0]
    let model = ExpressionModel(design: design, options: options)
    return (model.expression(of: gene, index: 2, dosages: nil), design)
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Standard error of the mean of `values`.
  private func standardError(_ values: [Double]) -> Double {
    let centre = mean(values)
    let variance = mean(values.map { ($0 - centre) * ($0 - centre) })
    return (variance / Double(values.count)).squareRoot()
  }

  @Test(arguments: [0, 0.5, 1.9])
  func `residuals have the skewness asked for, mean 0 and the same standard deviation`(
    skewness: Double
  ) {
    let values = draw { $0.residualSkewness = skewness }.values.map { $0 / 0.5 }
    let moments: [(power: Int, expected: Double)] = [(1, 0), (2, 1), (3, skewness)]
    for (power, expected) in moments {
      let powers = values.map { value in (0..<power).reduce(1) { product, _ in product * value } }
      #expect(abs(mean(powers) - expected) < 4.5 * standardError(powers))
    }
  }

  @Test func `the residual's standard deviation grows with time and differs between sexes`() {
    let (values, design) = draw {
      $0.residualGrowth = 0.7
      $0.residualSexRatio = 3
    }
    for (time, growth) in [(0.0, 1.0), (1.0, 2.0137527)] {
      for (male, ratio) in [(false, 1.0), (true, 3.0)] {
        let squares = zip(design.visits, values).filter { visit, _ in
          visit.time == time && design.isMale[visit.donor] == male
        }.map { $0.1 * $0.1 }
        let expected = (0.5 * growth * ratio) * (0.5 * growth * ratio)
        #expect(abs(mean(squares) - expected) < 4.5 * standardError(squares))
      }
    }
  }

  @Test func `a residual without skewness is what it was before there was skewness`() {
    let plain = draw { _ in }.values
    let stated = draw {
      $0.residualSkewness = 0
      $0.residualGrowth = 0
      $0.residualSexRatio = 1
    }.values
    #expect(plain == stated)
    // The first of them as the version that knew normal residuals alone wrote it, to six decimals.
    #expect(abs(plain[0] - Self.pinned) < 5.1e-7)
  }

  static let pinned = -0.484551
}
