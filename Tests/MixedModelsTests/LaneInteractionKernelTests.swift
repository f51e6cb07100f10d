import KernelInterface
import Testing
import VectorKernels

@testable import MixedModels

@Suite("The exact fit of pairs in lanes")
struct LaneInteractionKernelTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  /// Holds a fit against the scalar kernel's.
  ///
  /// Both iterate alike, but where the promise of a step is within rounding of the tolerance, 5e-11,
  /// one may stop a step before the other: the deviance is the same to that, M to the root of twice
  /// it, 1e-5 of its standard error, and what depends on M to a fraction of it, more for SEs and
  /// degrees of freedom than for estimates.
  ///
  /// - Parameter slack: widens every tolerance.
  static func expectEqual(
    _ fit: PairFit, _ exact: PairFit, _ context: String, slack: Double = 1
  ) {
    #expect(fit.status == exact.status, "\(context)")
    guard !exact.deviance.isNaN else {
      #expect(fit.deviance.isNaN && fit.interaction.value.isNaN, "\(context)")
      return
    }
    #expect(abs(fit.deviance - exact.deviance) < 1e-8 * max(1, slack), "\(context)")
    for (a, b) in [
      (fit.genotype, exact.genotype), (fit.interaction, exact.interaction), (fit.time, exact.time),
    ] {
      #expect(abs(a.value - b.value) < 1e-6 * slack * b.standardError, "\(context)")
      #expect(abs(a.standardError / b.standardError - 1) < 5e-6 * slack, "\(context)")
      guard b.degreesOfFreedom.isFinite else {
        #expect(
          a.degreesOfFreedom == b.degreesOfFreedom || a.degreesOfFreedom.isNaN, "\(context)")
        continue
      }
      #expect(abs(a.degreesOfFreedom / b.degreesOfFreedom - 1) < 2e-5 * slack, "\(context)")
    }
    let scale = exact.genotype.standardError * exact.interaction.standardError
    #expect(
      abs(fit.covarianceGenotypeInteraction - exact.covarianceGenotypeInteraction) < 1e-5 * slack
        * scale,
      "\(context)")
    let (c, d) = (fit.components, exact.components)
    let total =
      d.residualDeviation + d.firstDeviation + (d.secondDeviation.isNaN ? 0 : d.secondDeviation)
    #expect(abs(c.residualDeviation - d.residualDeviation) < 1e-5 * slack * total, "\(context)")
    #expect(abs(c.firstDeviation - d.firstDeviation) < 1e-4 * slack * total, "\(context)")
    #expect(c.secondDeviation.isNaN == d.secondDeviation.isNaN)
    #expect(c.correlation.isNaN == d.correlation.isNaN)
  }

  /// One gene's random effects are 30 times the residual: I − M is about 1e-4, C'WC and RSS are
  /// differences that lose four digits each, and the criterion of either kernel is right to some
  /// 1e-7 only, with either sign.
  static func slack(_ pair: Int, _ pairs: LanePairs) -> Double {
    pair / pairs.variantCount == 5 ? 100 : 1
  }

  @Test(
    "equals the scalar kernel's in every number, whatever the shape, criterion and instruction set",
    arguments: levels, [RandomEffectShape.full, .diagonal, .scalar])
  func equalsScalar(level: SIMDLevel, shape: RandomEffectShape) throws {
    var statuses: Set<String> = []
    for criterion in [EstimationCriterion.reml, .ml] {
      // Odd and even numbers of columns, one pattern and many.
      for (seed, missing, extra) in [(1, 0.2, 0), (2, 0.0, 1), (3, 0.4, 0), (4, 0.2, 7)] {
        let pairs = try LanePairs(
          seed: UInt64(seed), shape: shape, criterion: criterion, missing: missing,
          extraColumns: extra)
        let fits = pairs.kernel(level: level).fit(
          pairs.requests, genes: pairs.genes, dosages: pairs.dosages)
        for (index, (fit, exact)) in zip(fits, pairs.exactFits()).enumerated() {
          statuses.insert(exact.status.description)
          Self.expectEqual(
            fit, exact, "\(criterion) seed \(seed) pair \(index)", slack: Self.slack(index, pairs))
        }
      }
    }
    #expect(statuses.isSuperset(of: ["ok", "boundary", "failed:collinear"]), "\(statuses)")
  }

  @Test(
    "equals the scalar kernel's without refits and with the other degrees of freedom",
    arguments: levels, [RandomEffectShape.full, .diagonal, .scalar])
  func options(level: SIMDLevel, shape: RandomEffectShape) throws {
    let pairs = try LanePairs(seed: 5, shape: shape)
    for refit in [VarianceRefit.all, .none] {
      for method in DegreesOfFreedomMethod.allCases {
        let fits = pairs.kernel(refit: refit, method: method, level: level).fit(
          pairs.requests, genes: pairs.genes, dosages: pairs.dosages)
        let exact = pairs.exactFits(refit: refit, method: method)
        for (index, (fit, other)) in zip(fits, exact).enumerated() {
          Self.expectEqual(
            fit, other, "\(refit) \(method) pair \(index)", slack: Self.slack(index, pairs))
        }
      }
    }
  }

  /// Every number of a fit, bit by bit.
  static func bits(_ fit: PairFit) -> [UInt64] {
    let estimates = [fit.genotype, fit.interaction, fit.time].flatMap {
      [$0.value, $0.standardError, $0.degreesOfFreedom]
    }
    let c = fit.components
    return
      (estimates + [
        fit.covarianceGenotypeInteraction, fit.deviance, c.firstDeviation, c.secondDeviation,
        c.correlation, c.residualDeviation,
      ]).map { $0.isNaN ? 0 : $0.bitPattern }
  }

  @Test(
    "is the same, bit for bit, whatever the pairs beside it", arguments: levels,
    [DegreesOfFreedomMethod.satterthwaite, .kenwardRoger])
  func independence(level: SIMDLevel, method: DegreesOfFreedomMethod) throws {
    let pairs = try LanePairs(seed: 6, extraColumns: 1)
    let kernel = pairs.kernel(method: method, level: level)
    var random = TestRandom(seed: 17)
    var requests = pairs.requests
    // Some start elsewhere.
    for index in requests.indices where index % 5 == 0 {
      requests[index].start = ConePoint(
        point: SymmetricMatrix2(0.6, 0.1, 0.4), face: .interior)
    }
    let together = kernel.fit(requests, genes: pairs.genes, dosages: pairs.dosages)
    for (request, fit) in zip(requests, together) {
      let alone = kernel.fit([request], genes: pairs.genes, dosages: pairs.dosages)[0]
      #expect(Self.bits(alone) == Self.bits(fit) && alone.status == fit.status)
    }
    for _ in 0..<5 {
      let order = requests.indices.map { ($0, random.uniform()) }.sorted { $0.1 < $1.1 }.map(\.0)
      let shuffled = kernel.fit(
        order.map { requests[$0] }, genes: pairs.genes, dosages: pairs.dosages)
      for (index, fit) in zip(order, shuffled) {
        #expect(
          Self.bits(fit) == Self.bits(together[index]) && fit.status == together[index].status)
      }
    }
  }

  @Test("reaches the same optimum from a start given with the request", arguments: levels)
  func starts(level: SIMDLevel) throws {
    let pairs = try LanePairs(seed: 7)
    let kernel = pairs.kernel(level: level)
    let exact = pairs.exactFits()
    let requests = pairs.requests
    let fits = kernel.fit(requests, genes: pairs.genes, dosages: pairs.dosages)
    // From the optimum of another variant of the same gene, as a neighbouring fit would give.
    let points = [
      ConePoint(point: SymmetricMatrix2(0.5, 0, 0.5), face: .interior),
      ConePoint(point: .zero, face: .zero),
      ConePoint(point: SymmetricMatrix2(0.36, 0.12, 0.04), face: .rankOne),
    ]
    for start in points {
      let moved = requests.map {
        PairRequest(gene: $0.gene, variant: $0.variant, start: start)
      }
      let others = kernel.fit(moved, genes: pairs.genes, dosages: pairs.dosages)
      for (index, (other, fit)) in zip(others, fits).enumerated() {
        #expect(other.deviance.isNaN == fit.deviance.isNaN)
        // Another start may lead to another local optimum; where the criterion agrees, all does.
        guard !fit.deviance.isNaN, abs(other.deviance - fit.deviance) < 1e-3,
          other.status == fit.status
        else { continue }
        // Where the criterion's rounding ends the iteration it takes promises up to 1e-8, 200 times
        // the tolerance, whose root is 14.
        Self.expectEqual(
          other, exact[index], "\(start) pair \(index)", slack: max(14, Self.slack(index, pairs)))
      }
    }
  }

  @Test("nothing to fit gives nothing, and too few samples a status")
  func empty() throws {
    let pairs = try LanePairs(seed: 8)
    let kernel = pairs.kernel(level: .highest)
    #expect(kernel.fit([], genes: pairs.genes, dosages: pairs.dosages).isEmpty)
  }
}
