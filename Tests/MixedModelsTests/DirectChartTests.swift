import Foundation
import KernelInterface
import LinearAlgebra
import Testing
import VectorKernels

@testable import MixedModels

/// Charts that make the forms of variants from their dosages.
@Suite("A gene's direct chart")
struct DirectChartTests {
  private static let cases: [(RandomEffectShape, Double)] = [
    (.full, 0), (.full, 0.15), (.diagonal, 0.15), (.scalar, 0.15),
  ]

  @Test("has rows that give the criterion's forms anywhere in its box", arguments: cases)
  func forms(shape: RandomEffectShape, missing: Double) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let gene = try GeneChartTests.Gene(
        seed: seed, shape: shape, missing: missing, isDirect: true)
      let chart = try #require(
        GeneChart(shared: gene.shared, response: gene.response, null: gene.null))
      guard case .direct(let forms) = chart.forms else {
        Issue.record("the chart has stored forms")
        return
      }
      var random = TestRandom(seed: seed)
      let r = chart.radius / 1.5
      for _ in 0..<20 {
        func coordinate(_ exists: Bool) -> Double { exists ? r * (2 * random.uniform() - 1) : 0 }
        let x = (coordinate(true), coordinate(shape == .full), coordinate(shape != .scalar))
        // Rows are of h X'P_C X.
        let h = chart.scale.value(at: x)
        let found = Self.form(forms, gene, order: chart.order, at: x).map { $0 / h }
        let exact = try gene.direct(at: chart.frame.matrix(at: x)).forms
        let size = (exact[0] * exact[2]).squareRoot()
        for entry in 0..<3 {
          // R is of the chart's order and R'R is not cut: their errors are what the chart has of scores.
          #expect(
            abs(found[entry] - exact[entry]) < 5e-4 * (entry == 1 ? size : exact[entry]),
            "\(entry) at \(x)")
        }
      }
    }
  }

  /// S − R'R at x from a chart's rows, in doubles.
  private static func form(
    _ forms: DirectForms, _ gene: GeneChartTests.Gene, order: Int,
    at x: (Double, Double, Double)
  ) -> [Double] {
    let donors = gene.shared.design.donorCount
    let p = gene.shared.design.fixedCount
    let exponents = ChartNodes.exponents(order: order)
    var r = [Double](repeating: 0, count: 2 * p)
    var s = [0.0, 0, 0]
    for (coefficient, e) in exponents.enumerated() {
      let monomial = ChartNodes.monomial(e, at: x)
      for donor in 0..<donors {
        let g = gene.dosages[donor]
        for j in 0..<(2 * p) {
          let row = coefficient * 2 * p + j
          r[j] += monomial * g * Double(forms.whitenedRows[row * donors + donor])
        }
        for j in 0..<3 {
          let row = coefficient * 3 + j
          s[j] +=
            monomial / ChartNodes.factorial(e) * g * g
            * Double(forms.squareRows[row * donors + donor])
        }
      }
    }
    for j in 0..<p {
      s[0] -= r[j] * r[j]
      s[1] -= r[j] * r[p + j]
      s[2] -= r[p + j] * r[p + j]
    }
    return s
  }

  @Test(
    "multiplies polynomials as their values at the chart's points do",
    arguments: [RandomEffectShape.full, .diagonal, .scalar], [2, 3])
  func products(shape: RandomEffectShape, order: Int) {
    let nodes = ChartNodes(shape: shape, order: order, oversampling: 1.6)
    let exponents = ChartNodes.exponents(order: order)
    var random = TestRandom(seed: 3)
    let factor = exponents.map { e in
      ChartNodes.has(e, in: shape) ? random.normal() : 0
    }
    let radius = 0.1
    // The product's derivatives by the rule.
    let rule = nodes.rule
    var product = [Double](repeating: 0, count: rule.count)
    for gamma in product.indices {
      for pair in Int(rule.starts[gamma])..<Int(rule.starts[gamma + 1]) {
        let (alpha, beta) = (Int(rule.pairs[2 * pair]), Int(rule.pairs[2 * pair + 1]))
        product[gamma] += (alpha == beta ? 1 : 2) * factor[alpha] * factor[beta]
      }
      product[gamma] *= Double(rule.factorials[gamma])
    }
    let reduction = rule.reduction(radius: radius)
    let values = nodes.points.prefix(nodes.pairCount).map { x -> Double in
      let scaled = (radius * x.0, radius * x.1, radius * x.2)
      var value = 0.0
      for (a, first) in zip(exponents, factor) {
        for (b, second) in zip(exponents, factor) {
          // The rule goes two orders beyond the chart's.
          guard a.0 + a.1 + a.2 + b.0 + b.1 + b.2 <= order + 2 else { continue }
          value +=
            first * second * ChartNodes.monomial(a, at: scaled)
            * ChartNodes.monomial(b, at: scaled)
        }
      }
      return value
    }
    let expected = nodes.pairDerivatives(
      Matrix(rows: values.count, columns: [values]), radius: radius)
    for (row, e) in exponents.enumerated() {
      var found = 0.0
      for gamma in product.indices {
        found += Double(reduction[row * rule.count + gamma]) * product[gamma]
      }
      // The reduction is in single precision; a derivative of degree d divides by 0.1 to the power
      // of d.
      let degree = Double(e.0 + e.1 + e.2)
      #expect(abs(found - expected[row, 0]) <= 1e-5 * pow(radius, -degree), "\(e)")
    }
  }

  @Test(
    "fits pairs as the chart of stored forms does",
    arguments: ChartKernelTests.settings.filter { !$0.isDirect && $0.method == .satterthwaite })
  func stored(setting: ChartPairs.Setting) throws {
    var direct = setting
    direct.isDirect = true
    let pairs = try #require(try ChartPairs(setting, seed: 8))
    let others = try #require(try ChartPairs(direct, seed: 8))
    let order = Array(pairs.variants.indices)
    var compared = 0
    for gene in pairs.charts.indices where pairs.charts[gene] != nil {
      let fast = pairs.fast(gene: gene, level: .highest, order: order)
      let other = others.fast(gene: gene, level: .highest, order: order)
      for (index, (a, b)) in zip(fast, other).enumerated() {
        guard a.fit != nil, b.fit != nil, a.logPValue >= log(1e-3) else { continue }
        compared += 1
        #expect(a.outcome == b.outcome, "gene \(gene) variant \(index)")
        // Both lie within the contract of the exact fit.
        #expect(
          abs(a.statistic - b.statistic) <= (setting.donors < 50 ? 4e-3 : 1e-3),
          "gene \(gene) variant \(index) \(pairs.kinds[index])")
      }
    }
    #expect(compared > 80)
  }

  @Test("takes the layout of another design's charts")
  func resolution() throws {
    func design(_ seed: UInt64) throws -> DesignCrossProducts {
      try DesignCrossProducts(TestCohort(seed: seed, donors: 30).matrices)
    }
    let first = try #require(
      ChartDesign(design: try design(3), columns: PairFitTests.columns, criterion: .reml))
    let second = try #require(
      ChartDesign(
        design: try design(4), columns: PairFitTests.columns, criterion: .reml, isDirect: true,
        resolution: first.resolution))
    #expect(second.basis == nil && second.genesPerStore == 0)
    #expect(second.resolution.levels.map(\.radius) == first.resolution.levels.map(\.radius))
    #expect(second.resolution.isScaled == first.resolution.isScaled)
  }
}
