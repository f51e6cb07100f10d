import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Structured models of the shape that lanes cover")
struct StructuredKernelTests {
  static func fit(
    _ cohort: TestCohort, _ criterion: EstimationCriterion, _ method: DegreesOfFreedomMethod,
    refit: StructuredKernel.Refit = .exact
  ) throws -> PairFit {
    let donors = (cohort.matrices.donorOfSample.last ?? 0) + 1
    let model = try StructuredModel(
      matrices: cohort.matrices,
      residual: .homogeneous(samples: cohort.response.count), columns: PairFitTests.columns,
      donorOrder: Array(0..<donors), criterion: criterion, method: method)
    let kernel = StructuredKernel(model)
    let null = kernel.fitNull(response: cohort.response)
    kernel.load(response: cohort.response)
    return cohort.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return .failed(.numerical) }
      kernel.load(dosages: base)
      return kernel.fit(null, refit: refit)
    }
  }

  static func exact(
    _ cohort: TestCohort, _ criterion: EstimationCriterion, _ method: DegreesOfFreedomMethod,
    refit: VarianceRefit = .all
  ) throws -> PairFit {
    let design = try DesignCrossProducts(cohort.matrices)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let null = NullFit(design: design, response: response, criterion: criterion)
    let kernel = ExactInteractionKernel(
      design: design, columns: PairFitTests.columns, criterion: criterion, method: method,
      refit: refit)
    kernel.load(dosages: cohort.dosages(in: design))
    return kernel.fit(response: response, null: null)
  }

  private static let models: [(EstimationCriterion, DegreesOfFreedomMethod)] = [
    (.reml, .satterthwaite), (.ml, .satterthwaite), (.reml, .kenwardRoger), (.reml, .residual),
    (.ml, .infinite),
  ]

  @Test("are fitted as by the kernel of that shape", arguments: 1...9, [true, false])
  func agrees(seed: Int, refits: Bool) throws {
    let shapes: [RandomEffectShape] = [.full, .diagonal, .scalar]
    let cohort = TestCohort(
      seed: UInt64(seed), missing: 0.3, slopeDeviation: [0, 0.4, 2][seed % 3],
      shape: shapes[seed / 3 % 3])
    for (criterion, method) in Self.models {
      let one = try Self.fit(cohort, criterion, method, refit: refits ? .exact : .null)
      let two = try Self.exact(cohort, criterion, method, refit: refits ? .all : .none)
      #expect(one.status == two.status, "\(criterion) \(method)")
      // At null variances the pair's criterion has a slope, which the last digits of theta enter by.
      #expect(abs(one.deviance - two.deviance) < (refits ? 1e-7 : 1e-5))
      // Both iterations stop where a last step would lower the deviance by less than 1e-9: theta is
      // right to about 1e-6.
      for (a, b) in [
        (one.interaction, two.interaction), (one.genotype, two.genotype), (one.time, two.time),
      ] {
        #expect(abs(a.value - b.value) < 2e-6 * b.standardError)
        #expect(abs(a.standardError / b.standardError - 1) < 1e-5)
        let isSame = a.degreesOfFreedom == b.degreesOfFreedom
        #expect(isSame || abs(a.degreesOfFreedom / b.degreesOfFreedom - 1) < 1e-4)
      }
      let scale = two.genotype.standardError * two.interaction.standardError
      #expect(
        abs(one.covarianceGenotypeInteraction - two.covarianceGenotypeInteraction) < 1e-5 * scale)
      #expect(
        abs(one.components.residualDeviation - two.components.residualDeviation) < 1e-5)
      #expect(abs(one.components.firstDeviation - two.components.firstDeviation) < 1e-4)
    }
  }

  @Test("the joint test of one column is its t test squared")
  func jointOfOne() throws {
    let cohort = TestCohort(seed: 3)
    let donors = (cohort.matrices.donorOfSample.last ?? 0) + 1
    for method in [DegreesOfFreedomMethod.satterthwaite, .kenwardRoger, .residual, .infinite] {
      let model = try StructuredModel(
        matrices: cohort.matrices, residual: .homogeneous(samples: cohort.response.count),
        columns: PairFitTests.columns, donorOrder: Array(0..<donors), criterion: .reml,
        method: method)
      let criterion = model.criterion(fixedCount: model.fixed.q.columns)
      criterion.load(model.fixed.q, at: 0)
      criterion.load(response: cohort.response)
      let optimum = try #require(criterion.optimum())
      let inference = StructuredInference(
        criterion: criterion, optimum: optimum, method: method)
      let contrast = (0..<model.fixed.q.columns).map { $0 == 1 ? 1.0 : 0.3 }
      let one = inference.estimate(contrast)
      let joint = inference.joint([contrast])
      #expect(abs(joint.statistic / (one.statistic * one.statistic) - 1) < 1e-9)
      #expect(
        joint.denominatorDegreesOfFreedom == one.degreesOfFreedom
          || abs(joint.denominatorDegreesOfFreedom / one.degreesOfFreedom - 1) < 1e-9)
      // Any two contrasts of one plane have one F.
      func contrasts(_ a: Double) -> [[Double]] {
        [[1, 0, 0, 0], [a, 1, 0, 0]]
      }
      let first = inference.joint(contrasts(0))
      let second = inference.joint(contrasts(2))
      #expect(abs(first.statistic / second.statistic - 1) < 1e-9)
    }
  }
}
