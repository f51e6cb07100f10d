import KernelInterface
import Testing
import VectorKernels

@testable import MixedModels

@Suite("The criterion in lanes")
struct LaneCriterionTests {
  static let points = [
    SymmetricMatrix2(0.5, 0.1, 0.3), SymmetricMatrix2(0.9, -0.1, 0.6), .zero,
    // The covariance is not positive definite: no value, in this lane alone.
    SymmetricMatrix2(1.2, 0, 0.3), SymmetricMatrix2(0.3, 0.3, 0.3),
    SymmetricMatrix2(0.999_999, 0, 0.2), SymmetricMatrix2(0.01, 0.05, 0.25),
    SymmetricMatrix2(0.4, 0.2, 0.7),
  ]

  @Test(
    "equals the scalar evaluator's value, gradient and Hessian",
    arguments: LaneInteractionKernelTests.levels, [EstimationCriterion.reml, .ml])
  func equalsScalar(level: SIMDLevel, criterion: EstimationCriterion) throws {
    for extra in [0, 1, 6] {
      let pairs = try LanePairs(seed: 9, criterion: criterion, extraColumns: extra)
      let design = pairs.design
      let storage = LaneStorage(design: design, criterion: criterion, needsHessian: true)
      let evaluator = ProfiledCriterion(
        design: design, criterion: criterion, includesGenotype: true)
      let statistics = PairStatistics(design: design)
      func dosages(_ lane: Int) -> [Double] {
        Array(pairs.dosages[(lane * design.donorCount)..<((lane + 1) * design.donorCount)])
      }
      for (lane, point) in Self.points.enumerated() {
        let gene = pairs.genes[lane]
        storage.load(response: gene.response, null: gene.null, lane: lane)
        storage.load(dosages: dosages(lane), lane: lane)
        storage.set(point: point, lane: lane)
      }
      level.kernel.sumGenotypes(storage.criterion)
      level.kernel.sumResponses(storage.criterion)
      level.kernel.evaluate(storage.criterion, isAtNull: false)
      for (lane, point) in Self.points.enumerated() {
        let gene = pairs.genes[lane]
        statistics.load(dosages: dosages(lane))
        statistics.combine(with: gene.response)
        let expected = evaluator.evaluate(
          at: point, response: gene.response, pair: statistics)
        let found = storage.criterion(lane: lane)
        #expect((found == nil) == (expected == nil), "lane \(lane)")
        guard let expected, let found else { continue }
        // A derivative is as large as the curvature of its coordinates makes it, and right to
        // rounding of that: beside M₁₁ = 0.999999 six digits are lost.
        let h = expected.hessian
        let curvature = [abs(h[0]), abs(h[3]), abs(h[5])].map { max(1, $0) }
        #expect(abs(found.value - expected.value) < 1e-9)
        for a in 0..<3 {
          let scale = max(abs(expected.gradient[a]), curvature[a].squareRoot())
          #expect(abs(found.gradient[a] - expected.gradient[a]) < 1e-8 * scale, "lane \(lane)")
        }
        for (index, (a, b)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].enumerated() {
          let scale = (curvature[a] * curvature[b]).squareRoot()
          #expect(abs(found.hessian[index] - h[index]) < 1e-8 * scale, "lane \(lane) \(index)")
        }
        #expect(
          abs(
            storage.result(LaneResult.genotypePivot, lane: lane)
              - evaluator.smallestGenotypePivot) < (point.a11 > 0.99 ? 1e-8 : 1e-12))
        #expect(
          abs(
            storage.result(LaneResult.residualSquares, lane: lane)
              / evaluator.residualSumOfSquares - 1) < 1e-11)
      }
    }
  }

  @Test(
    "takes contractions at the null fit or sums them, to the same numbers",
    arguments: LaneInteractionKernelTests.levels)
  func atNull(level: SIMDLevel) throws {
    let pairs = try LanePairs(seed: 10)
    let storage = LaneStorage(design: pairs.design, criterion: .reml, needsHessian: true)
    for lane in 0..<8 {
      let gene = pairs.genes[lane]
      storage.load(response: gene.response, null: gene.null, lane: lane)
      storage.load(
        dosages: Array(pairs.dosages[(lane * pairs.design.donorCount)...]), lane: lane)
      storage.set(point: gene.null.point, lane: lane)
    }
    level.kernel.sumGenotypes(storage.criterion)
    level.kernel.sumResponses(storage.criterion)
    level.kernel.evaluate(storage.criterion, isAtNull: true)
    let cached = (0..<8).map { storage.criterion(lane: $0) }
    level.kernel.evaluate(storage.criterion, isAtNull: false)
    for lane in 0..<8 {
      let first = try #require(cached[lane])
      let second = try #require(storage.criterion(lane: lane))
      #expect(abs(first.value - second.value) < 1e-9)
      for a in 0..<6 {
        let scale = 1 + abs(second.hessian[a])
        #expect(abs(first.hessian[a] - second.hessian[a]) < 1e-8 * scale)
      }
    }
  }
}
