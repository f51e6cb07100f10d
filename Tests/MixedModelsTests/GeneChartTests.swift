import LinearAlgebra
import Testing

@testable import MixedModels

/// Charts against direct evaluation, at their points and anywhere in their box.
@Suite("A gene's chart")
struct GeneChartTests {
  /// A gene, and a variant in the model at any M by the exact criterion.
  struct Gene {
    let shared: ChartDesign
    let response: ResponseCrossProducts
    let null: NullFit
    /// Centred dosages, as charts take them.
    let dosages: [Double]
    let evaluator: ProfiledCriterion
    let pair: PairStatistics

    init(
      seed: UInt64, shape: RandomEffectShape, missing: Double, isDirect: Bool = false
    ) throws {
      let cohort = TestCohort(
        seed: seed, donors: 30, visits: 6, missing: missing, slopeDeviation: 0.4, shape: shape)
      let design = try DesignCrossProducts(cohort.matrices)
      shared = try #require(
        ChartDesign(
          design: design, columns: PairFitTests.columns, criterion: .reml, isDirect: isDirect))
      response = ResponseCrossProducts(design: design, response: cohort.response)
      null = NullFit(design: design, response: response, criterion: .reml)
      let column = cohort.dosages(in: design)
      let mean = column.reduce(0, +) / Double(column.count)
      dosages = column.map { $0 - mean }
      evaluator = ProfiledCriterion(design: design, criterion: .reml, includesGenotype: true)
      pair = PairStatistics(design: design)
      pair.load(dosages: dosages)
      pair.combine(with: response)
    }

    /// X'P_C y and X'P_C X (11, 12, 22) from the Cholesky factor of [C X y]'W[C X y].
    func direct(at m: SymmetricMatrix2) throws -> (scores: [Double], forms: [Double]) {
      _ = try #require(evaluator.evaluate(at: m, response: response, pair: pair))
      let t = evaluator.order
      func l(_ i: Int, _ j: Int) -> Double { evaluator.factor[(t - 3 + i) * t + t - 3 + j] }
      return (
        [l(2, 0) * l(0, 0), l(2, 0) * l(1, 0) + l(2, 1) * l(1, 1)],
        [l(0, 0) * l(0, 0), l(1, 0) * l(0, 0), l(1, 0) * l(1, 0) + l(1, 1) * l(1, 1)]
      )
    }

    /// The chart's score rows, multiplied out where they are factored.
    func scoreRows(of chart: GeneChart) -> [Double] {
      guard let factored = chart.factored else { return chart.scoreRows.map { Double($0) } }
      let donors = shared.design.donorCount
      let vectors =
        (shared.rowSpace?.directions ?? []).flatMap { $0 } + factored.geneVectors.map { Double($0) }
      let rank = factored.sharedRank + factored.geneRank
      return (0..<(factored.scoreCoefficients.count / rank)).flatMap { row in
        (0..<donors).map { donor in
          (0..<rank).reduce(0) {
            $0 + Double(factored.scoreCoefficients[row * rank + $1]) * vectors[$1 * donors + donor]
          }
        }
      }
    }

    /// The criterion without a variant: Σ N_κ log|I + (S̃_κ − I)M| + log|A|, and RSS₀.
    func withoutVariant(at m: SymmetricMatrix2) throws -> (determinant: Double, rss: Double) {
      let plain = ProfiledCriterion(
        design: shared.design, criterion: .reml, includesGenotype: false)
      let value = try #require(plain.evaluate(at: m, response: response, pair: nil)?.value)
      let rss = plain.residualSumOfSquares
      let complement = (SymmetricMatrix2.identity - m).determinant
      return (
        value + Double(shared.design.donorCount) * Double.log(complement)
          - plain.scale.degreesOfFreedom * Double.log(rss), rss
      )
    }
  }

  private static let cases: [(RandomEffectShape, Double)] = [
    (.full, 0), (.full, 0.15), (.diagonal, 0.15), (.scalar, 0.15),
  ]

  @Test("has the criterion's values at its points", arguments: cases)
  func values(shape: RandomEffectShape, missing: Double) throws {
    let gene = try Gene(seed: 5, shape: shape, missing: missing)
    let design = gene.shared.design
    let frame = ChartFrame(origin: gene.null.point, shape: shape)
    let nodes = gene.shared.resolution.levels[0].nodes
    let points = try #require(
      DesignPoints(
        design.fixedPart,
        points: nodes.points.map {
          frame.matrix(at: (0.05 * $0.0, 0.05 * $0.1, 0.05 * $0.2))
        }))
    let values = try #require(
      ChartValues(
        shared: gene.shared, nodes: nodes, response: gene.response, points: points))
    // Both sides are sums of a few hundred terms in another order.
    let tolerance = 1e-10
    for (n, m) in points.points.enumerated() {
      let slow = try gene.withoutVariant(at: m)
      #expect(abs(values.logDeterminants[n] - slow.determinant) < tolerance * 100)
      #expect(abs(values.residuals[n] / slow.rss - 1) < tolerance)
    }
    let basis = try #require(gene.shared.basis)
    let (weights, _, error) = basis.weights(at: values.pairPoints)
    #expect(error < 1e-4)
    let atBasis = try basis.points.map { try gene.direct(at: $0).forms }
    for (n, m) in values.pairPoints.points.enumerated() {
      let slow = try gene.direct(at: m)
      let donors = design.donorCount
      for column in 0..<2 {
        var score = 0.0
        for donor in 0..<donors {
          score += values.scores[n, column * donors + donor] * gene.dosages[donor]
        }
        let size = (slow.forms[2 * column] * values.residuals[n]).squareRoot()
        #expect(abs(score - slow.scores[column]) < tolerance * size)
      }
      for entry in 0..<3 {
        var form = 0.0
        for j in atBasis.indices { form += weights[n, j] * atBasis[j][entry] }
        let size = (slow.forms[0] * slow.forms[2]).squareRoot()
        let scale = entry == 1 ? size : slow.forms[entry]
        // What the basis is allowed to leave of a form.
        #expect(abs(form - slow.forms[entry]) < 1e-4 * scale, "\(entry) at \(m)")
      }
    }
  }

  @Test("follows the criterion anywhere in its box", arguments: cases)
  func polynomials(shape: RandomEffectShape, missing: Double) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let gene = try Gene(seed: seed, shape: shape, missing: missing)
      let chart = try #require(
        GeneChart(shared: gene.shared, response: gene.response, null: gene.null))
      var random = TestRandom(seed: seed)
      let r = chart.radius / 1.5
      for _ in 0..<20 {
        func coordinate(_ exists: Bool) -> Double { exists ? r * (2 * random.uniform() - 1) : 0 }
        let x = (
          coordinate(true), coordinate(shape == .full), coordinate(shape != .scalar)
        )
        let monomials = Self.monomials(x)
        func value(_ derivatives: ArraySlice<Double>) -> Double {
          zip(derivatives, monomials).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let m = chart.frame.matrix(at: x)
        let slow = try gene.withoutVariant(at: m)
        // Beside its polynomials a chart has multiples of two logarithms, and h on one side.
        let h = chart.scale.value(at: x)
        let logarithms =
          chart.shares.determinant * Double.log((1 + x.0) * (1 + x.2) - x.1 * x.1)
          + chart.shares.scale * Double.log(h)
        // The chart's own bound on what polynomials miss, which was seen at its points alone.
        let bound = 2 * gene.shared.errorBound
        #expect(
          abs(value(chart.polynomials[0..<35]) + logarithms - slow.determinant) < bound)
        let nu = gene.shared.degreesOfFreedom
        #expect(abs(value(chart.polynomials[35..<70]) / h / slow.rss - 1) * nu < bound)
        let pair = try gene.direct(at: m)
        let coefficients = chart.coefficientCount
        let donors = gene.shared.design.donorCount
        let rows = gene.scoreRows(of: chart)
        for column in 0..<2 {
          var score = 0.0
          for coefficient in 0..<coefficients {
            let start = (column * coefficients + coefficient) * donors
            for donor in 0..<donors {
              score +=
                monomials[coefficient] * gene.dosages[donor]
                * rows[start + donor]
            }
          }
          let size = (pair.forms[2 * column] * slow.rss).squareRoot()
          #expect(abs(score / h - pair.scores[column]) < bound * size)
        }
      }
    }
  }

  /// x^α / α! in the kernels' order.
  private static func monomials(_ x: (Double, Double, Double)) -> [Double] {
    func term(_ x: Double, _ exponent: Int) -> Double {
      (0..<exponent).reduce(1.0) { $0 * x / Double($1 + 1) }
    }
    return (0...4).flatMap { degree in
      stride(from: degree, through: 0, by: -1).flatMap { first in
        stride(from: degree - first, through: 0, by: -1).map { second in
          term(x.0, first) * term(x.1, second) * term(x.2, degree - first - second)
        }
      }
    }
  }
}
