import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("The profiled criterion")
struct ProfiledCriterionTests {
  static let points = [
    SymmetricMatrix2(0.5, 0.1, 0.3), SymmetricMatrix2(0.9, -0.1, 0.6),
    SymmetricMatrix2(0.3, 0.3, 0.3), .zero,
  ]

  /// Relative covariance D/σ² = Φ((I − M)⁻¹ − I)Φ' of a point, written out.
  static func relative(_ m: SymmetricMatrix2, _ design: DesignCrossProducts) -> [[Double]] {
    let i = (SymmetricMatrix2.identity - m).inverse
    let t = [[i.a11 - 1, i.a12], [i.a12, i.a22 - 1]]
    let phi = [[design.rotation.p11, design.rotation.p12], [0, design.rotation.p22]]
    var d = [[0.0, 0.0], [0.0, 0.0]]
    for a in 0..<2 {
      for b in 0..<2 {
        for x in 0..<2 { for y in 0..<2 { d[a][b] += phi[a][x] * t[x][y] * phi[b][y] } }
      }
    }
    return design.shape == .scalar ? [[d[0][0]]] : d
  }

  @Test(
    "equals the dense n × n criterion, with and without a variant",
    arguments: [EstimationCriterion.reml, .ml], [RandomEffectShape.full, .scalar])
  func equalsDense(criterion: EstimationCriterion, shape: RandomEffectShape) throws {
    let cohort = TestCohort(seed: 5, shape: shape)
    let design = try DesignCrossProducts(cohort.matrices)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let pair = PairStatistics(design: design)
    pair.load(dosages: cohort.dosages(in: design))
    pair.combine(with: response)
    for withGenotype in [false, true] {
      let evaluator = ProfiledCriterion(
        design: design, criterion: criterion, includesGenotype: withGenotype)
      for var m in Self.points {
        if shape == .scalar { m = SymmetricMatrix2(m.a11, 0, 0) }
        let value = try #require(
          evaluator.evaluate(at: m, response: response, pair: withGenotype ? pair : nil))
        let expected = cohort.twin(withGenotype: withGenotype)
          .deviance(relative: Self.relative(m, design), reml: criterion == .reml)
        // Both are sums of about 60 terms of size up to 10² in double precision.
        #expect(abs(evaluator.deviance(of: value.value) - expected) < 1e-9)
      }
    }
  }

  @Test("has the derivatives of its own differences", arguments: [EstimationCriterion.reml, .ml])
  func derivatives(criterion: EstimationCriterion) throws {
    let cohort = TestCohort(seed: 8)
    let design = try DesignCrossProducts(cohort.matrices)
    let response = ResponseCrossProducts(design: design, response: cohort.response)
    let pair = PairStatistics(design: design)
    pair.load(dosages: cohort.dosages(in: design))
    pair.combine(with: response)
    let evaluator = ProfiledCriterion(
      design: design, criterion: criterion, includesGenotype: true)
    func evaluate(_ m: SymmetricMatrix2) throws -> SecondOrder {
      try #require(evaluator.evaluate(at: m, response: response, pair: pair))
    }
    let directions = [
      SymmetricMatrix2(1, 0, 0), SymmetricMatrix2(0, 1, 0), SymmetricMatrix2(0, 0, 1),
    ]
    let h = 1e-5
    let m = SymmetricMatrix2(0.5, 0.1, 0.3)
    let at = try evaluate(m)
    let packed = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    for (a, direction) in directions.enumerated() {
      let up = try evaluate(m + h * direction)
      let down = try evaluate(m - h * direction)
      // Central differences: error h² f''' / 6 ≈ 1e-8 plus rounding 1e-11 / h.
      #expect(abs((up.value - down.value) / (2 * h) - at.gradient[a]) < 1e-5)
      for (index, (i, j)) in packed.enumerated() where i == a {
        let difference = (up.gradient[j] - down.gradient[j]) / (2 * h)
        #expect(abs(difference - at.hessian[index]) < 1e-4 * (1 + abs(difference)))
      }
    }
  }
}
