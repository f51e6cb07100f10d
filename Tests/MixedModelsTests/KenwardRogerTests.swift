import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Kenward and Roger's inference")
struct KenwardRogerTests {
  /// Columns of the twin: intercept, time, age, rin, genotype, time:genotype.
  private static func reported(_ fit: PairFit) -> [(CoefficientEstimate, Int)] {
    [(fit.genotype, 4), (fit.interaction, 5), (fit.time, 1)]
  }

  private static func fit(
    _ cohort: TestCohort, method: DegreesOfFreedomMethod, refit: VarianceRefit = .all
  ) throws -> PairFit {
    let design = try DesignCrossProducts(cohort.matrices)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let null = NullFit(design: design, response: response, criterion: .reml)
    let kernel = ExactInteractionKernel(
      design: design, columns: PairFitTests.columns, criterion: .reml, method: method,
      refit: refit)
    kernel.load(dosages: cohort.dosages(in: design))
    return kernel.fit(response: response, null: null)
  }

  @Test(
    "is the paper's formulas with dense matrices, in the interior and on the boundary",
    arguments: [RandomEffectShape.full, .diagonal, .scalar], [VarianceRefit.all, .none])
  func isDense(shape: RandomEffectShape, refit: VarianceRefit) throws {
    var statuses: Set<String> = []
    for seed in 1...8 {
      let cohort = TestCohort(
        seed: UInt64(seed), missing: 0.35, slopeDeviation: [0, 0.4, 2][seed % 3], shape: shape)
      let fit = try Self.fit(cohort, method: .kenwardRoger, refit: refit)
      statuses.insert(fit.status.description)
      let s2 = fit.components.residualDeviation * fit.components.residualDeviation
      let dense = DenseKenwardRoger(
        cohort.twin(withGenotype: true),
        random: PairFitTests.relative(fit.components).map { $0.map { s2 * $0 } }, residual: s2,
        isCorrelated: shape == .full)
      for (estimate, column) in Self.reported(fit) {
        // Both are at the same variances, to the rounding of their way through SDs and
        // correlation; the condition of 4 × 4 and n × n inverses takes some digits more.
        let error = dense.adjusted[column][column].squareRoot()
        #expect(abs(estimate.standardError / error - 1) < 1e-8, "seed \(seed) column \(column)")
        let test = dense.test(coefficient: column)
        // The paper's way to m loses digits in ρ − 1, which is small with many degrees of freedom.
        #expect(
          abs(estimate.degreesOfFreedom / test.degreesOfFreedom - 1) < 1e-7,
          "seed \(seed) column \(column)")
        #expect(abs(test.scale - 1) < 1e-9)
      }
      let scale = fit.genotype.standardError * fit.interaction.standardError
      #expect(abs(fit.covarianceGenotypeInteraction - dense.adjusted[4][5]) < 1e-8 * scale)
    }
    #expect(statuses == ["ok", "boundary"])
  }

  @Test("leaves estimates, variances and the deviance as they are", arguments: 1...4)
  func changesInferenceAlone(seed: Int) throws {
    let cohort = TestCohort(seed: UInt64(seed), missing: 0.35)
    let adjusted = try Self.fit(cohort, method: .kenwardRoger)
    let plain = try Self.fit(cohort, method: .satterthwaite)
    #expect(adjusted.deviance == plain.deviance && adjusted.status == plain.status)
    #expect(adjusted.components.residualDeviation == plain.components.residualDeviation)
    for (one, other) in zip(Self.reported(adjusted), Self.reported(plain)) {
      #expect(one.0.value == other.0.value)
      // The adjustment adds what estimated variances cost.
      #expect(one.0.standardError > other.0.standardError)
    }
  }

  /// Where the mixed model's test is a two-sample t test of donors' slopes, the approximation is
  /// that test (Kenward & Roger 1997, section 4): no adjustment, and N − 2 degrees of freedom.
  @Test("is exact for a balanced design", arguments: 1...4)
  func balanced(seed: Int) throws {
    var cohort = TestCohort(seed: UInt64(seed), donors: 20, missing: 0, slopeDeviation: 1)
    // Intercept and time alone beside the variant.
    cohort.matrices.fixed = Matrix(
      rows: cohort.response.count, columns: [0, 1].map { cohort.matrices.fixed.column($0) })
    cohort.matrices.fixedNames = ["(Intercept)", "time"]
    let adjusted = try Self.fit(cohort, method: .kenwardRoger)
    let plain = try Self.fit(cohort, method: .satterthwaite)
    try #require(adjusted.status == .ok)
    // Rounding of the 4 × 4 information; the optimum itself is known to about 1e-6 only, and the
    // identity holds at an optimum of any tightness for the SE, and for df to that.
    #expect(abs(adjusted.interaction.degreesOfFreedom / 18 - 1) < 1e-5)
    #expect(
      abs(adjusted.interaction.standardError / plain.interaction.standardError - 1) < 1e-6)
  }
}
