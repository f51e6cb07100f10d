import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("The exact fit of a pair")
struct PairFitTests {
  static let columns = InteractionColumns(genotype: 0, interaction: 1, time: 1)

  static func fit(
    _ cohort: TestCohort, criterion: EstimationCriterion = .reml
  ) throws -> (PairFit, NullFit) {
    let design = try DesignCrossProducts(cohort.matrices)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let null = NullFit(design: design, response: response, criterion: criterion)
    let kernel = ExactInteractionKernel(
      design: design, columns: columns, criterion: criterion, method: .satterthwaite)
    kernel.load(dosages: cohort.dosages(in: design))
    return (kernel.fit(response: response, null: null), null)
  }

  /// D/σ² of a fit.
  static func relative(_ components: VarianceComponents) -> [[Double]] {
    let s2 = components.residualDeviation * components.residualDeviation
    let d11 = components.firstDeviation * components.firstDeviation / s2
    guard !components.secondDeviation.isNaN else { return [[d11]] }
    let d22 = components.secondDeviation * components.secondDeviation / s2
    let correlation = components.correlation.isNaN ? 0 : components.correlation
    let d12 = correlation * (d11 * d22).squareRoot()
    return [[d11, d12], [d12, d22]]
  }

  @Test(
    "is an optimum of the dense criterion and agrees with it in every number",
    arguments: 1...12, [EstimationCriterion.reml, .ml])
  func isDenseOptimum(seed: Int, criterion: EstimationCriterion) throws {
    let shapes: [RandomEffectShape] = [.full, .full, .full, .scalar, .diagonal]
    let cohort = TestCohort(
      seed: UInt64(seed), slopeDeviation: seed % 3 == 0 ? 0 : 0.4, shape: shapes[seed % 5])
    let (fit, _) = try Self.fit(cohort, criterion: criterion)
    let twin = cohort.twin(withGenotype: true)
    let relative = Self.relative(fit.components)
    let reml = criterion == .reml
    let deviance = twin.deviance(relative: relative, reml: reml)
    #expect(abs(fit.deviance - deviance) < 1e-8)

    // No admissible neighbour is better: moves along the factor L (D = LL') reach every one of
    // them, on the boundary too.
    let factors = Self.factor(relative)
    for step in [1e-2, 1e-3] {
      for i in factors.indices {
        for j in 0...i where cohort.matrices.shape == .full || i == j {
          for sign in [-1.0, 1.0] {
            var l = factors
            l[i][j] += sign * step
            let moved = twin.deviance(relative: Self.product(l), reml: reml)
            #expect(moved > deviance - 1e-8, "L[\(i)][\(j)] moved by \(sign * step)")
          }
        }
      }
    }

    let solved = twin.solve(relative: relative)
    let s2 = fit.components.residualDeviation * fit.components.residualDeviation
    let columns = [(fit.genotype, 4), (fit.interaction, 5), (fit.time, 1)]
    for (estimate, column) in columns {
      #expect(abs(estimate.value - solved.beta[column]) < 1e-7)
      let se = (s2 * solved.inverse[column][column]).squareRoot()
      #expect(abs(estimate.standardError / se - 1) < 1e-7)
    }
    #expect(abs(fit.covarianceGenotypeInteraction - s2 * solved.inverse[4][5]) < 1e-7)
    let nu = Double(cohort.response.count - (reml ? 6 : 0))
    #expect(abs(s2 / (solved.rss / nu) - 1) < 1e-7)
  }

  /// A lower factor L with LL' = D that exists for singular D too.
  static func factor(_ d: [[Double]]) -> [[Double]] {
    let l11 = d[0][0].squareRoot()
    guard d.count == 2 else { return [[l11]] }
    let l21 = l11 > 0 ? d[1][0] / l11 : 0
    return [[l11, 0], [l21, max(0, d[1][1] - l21 * l21).squareRoot()]]
  }

  static func product(_ l: [[Double]]) -> [[Double]] {
    l.indices.map { i in
      l.indices.map { j in l.indices.reduce(0) { $0 + l[i][$1] * l[j][$1] } }
    }
  }
}
