import KernelInterface
import Testing
import VectorKernels

@testable import MixedModels

/// Kenward and Roger's inference from a gene's chart against their paper's formulas.
@Suite("Kenward and Roger's inference in charts")
struct ChartKenwardRogerTests {
  /// A cohort's gene and variant in a chart; nil where the fit did not settle there.
  private static func fit(_ cohort: TestCohort, level: SIMDLevel) throws -> PairFit? {
    let design = try DesignCrossProducts(cohort.matrices)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let null = NullFit(design: design, response: response, criterion: .reml)
    let shared = try #require(
      ChartDesign(
        design: design, columns: PairFitTests.columns, criterion: .reml, method: .kenwardRoger))
    guard let chart = GeneChart(shared: shared, response: response, null: null) else { return nil }
    let block = VariantBlock(
      operators: FormOperators(shared: shared), capacity: 32, kernel: level.kernel)
    block.append(cohort.dosages(in: design))
    block.prepare()
    let kernel = ChartKernel(shared: shared, capacity: 32, kernel: level.kernel)
    kernel.fit(chart, block, variants: 0..<1, isFull: true)
    guard kernel.isTrusted(at: 0) else { return nil }
    return kernel.pairFit(at: 0)
  }

  @Test(
    "is the paper's formulas with dense matrices at the variances of the chart's optimum",
    arguments: ChartKernelTests.levels, [RandomEffectShape.full, .diagonal, .scalar])
  func isDense(level: SIMDLevel, shape: RandomEffectShape) throws {
    var statuses: Set<String> = []
    var largest = 0.0
    for seed in 1...16 {
      let cohort = TestCohort(
        seed: UInt64(seed), donors: 24, missing: 0.35, slopeDeviation: [0, 0.4, 1][seed % 3],
        shape: shape)
      guard let fit = try Self.fit(cohort, level: level) else { continue }
      statuses.insert(fit.status.description)
      let s2 = fit.components.residualDeviation * fit.components.residualDeviation
      let twin = cohort.twin(withGenotype: true)
      let random = PairFitTests.relative(fit.components).map { $0.map { s2 * $0 } }
      let dense = DenseKenwardRoger(
        twin, random: random, residual: s2, isCorrelated: shape == .full)
      // Columns of the twin: intercept, time, age, rin, genotype, time:genotype.
      for (estimate, column) in [(fit.genotype, 4), (fit.interaction, 5), (fit.time, 1)] {
        let error = dense.adjusted[column][column].squareRoot()
        largest = max(largest, error / dense.plainError(column) - 1)
        // With t near 2, half of what is promised of t below 50 donors; adjustments are up to eighty
        // times that.
        #expect(
          abs(estimate.standardError / error - 1) < 5e-4,
          "seed \(seed) column \(column): SE, exactly \(error)")
        #expect(
          abs(estimate.degreesOfFreedom / dense.test(coefficient: column).degreesOfFreedom - 1)
            < 5e-3, "seed \(seed) column \(column): degrees of freedom")
      }
      let scale = fit.genotype.standardError * fit.interaction.standardError
      #expect(abs(fit.covarianceGenotypeInteraction - dense.adjusted[4][5]) < 2e-3 * scale)
    }
    // With a random intercept alone these cohorts have no singular fit.
    #expect(statuses == (shape == .scalar ? ["ok"] : ["ok", "boundary"]))
    // Without the adjustment these tests would fail; that of a random intercept alone is small.
    #expect(largest > (shape == .scalar ? 1e-3 : 0.01), "\(largest)")
  }
}
