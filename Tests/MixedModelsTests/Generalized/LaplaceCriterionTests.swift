import Foundation
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite struct LaplaceCriterionTests {
  private static func point(_ criterion: any SlopedCriterion) -> [Double] {
    // Far from symmetry and from the optimum.
    (0..<criterion.parameters.count).map { 0.4 + 0.35 * sin(Double(3 * $0 + 1)) }
  }

  /// Central differences of the value.
  private static func differences(_ criterion: any SlopedCriterion, at x: [Double]) -> [Double] {
    x.indices.map { k in
      func value(_ step: Double) -> Double {
        var moved = x
        moved[k] += step
        return criterion.evaluate(at: moved) ? criterion.value : .nan
      }
      let h = 1e-4
      return (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
    }
  }

  @Test("the gradient is that of the value", arguments: ResponseFamily.allCases, 0..<5)
  func gradient(family: ResponseFamily, structure: Int) throws {
    let data = GeneralizedData(family)
    let criterion = LaplaceCriterion(
      design: data.design(data.structures[structure]), rows: data.rows)
    let x = Self.point(criterion)
    let slope = try #require(criterion.slope(at: x))
    for (exact, numeric) in zip(slope.gradient, Self.differences(criterion, at: x)) {
      // Differences of fourth order: rounding of 1e-13 of the value over 1e-4.
      #expect(abs(exact - numeric) < 1e-7 * (1 + abs(exact)))
    }
  }

  @Test(
    "the value is that of dense matrices at a mode found by brute force",
    arguments: ResponseFamily.allCases, 0..<5)
  func value(family: ResponseFamily, structure: Int) throws {
    let data = GeneralizedData(family)
    let terms = data.structures[structure]
    let design = data.design(terms)
    let criterion = LaplaceCriterion(design: design, rows: data.rows)
    let x = Self.point(criterion)
    #expect(criterion.evaluate(at: x))
    let twin = DenseLaplace(design: design, rows: data.rows, x: x)
    #expect(abs(criterion.value - twin.value) < 1e-9 * abs(twin.value))
  }

  @Test("quadrature with one node is Laplace's approximation", arguments: ResponseFamily.allCases)
  func oneNode(family: ResponseFamily) throws {
    let data = GeneralizedData(family)
    let design = data.design(data.structures[0])
    let laplace = LaplaceCriterion(design: design, rows: data.rows)
    let quadrature = try #require(
      QuadratureCriterion(design: design, rows: data.rows, points: 1))
    let x = Self.point(laplace)
    let one = try #require(laplace.slope(at: x))
    let two = try #require(quadrature.slope(at: x))
    #expect(abs(one.value - two.value) < 1e-10 * abs(one.value))
    for (a, b) in zip(one.gradient, two.gradient) { #expect(abs(a - b) < 1e-8 * (1 + abs(a))) }
  }

  @Test(
    "quadrature's gradient is that of its value", arguments: ResponseFamily.allCases, [1, 2, 9])
  func quadratureGradient(family: ResponseFamily, points: Int) throws {
    let data = GeneralizedData(family)
    let criterion = try #require(
      QuadratureCriterion(
        design: data.design(data.structures[0]), rows: data.rows, points: points))
    let x = Self.point(criterion)
    let slope = try #require(criterion.slope(at: x))
    for (exact, numeric) in zip(slope.gradient, Self.differences(criterion, at: x)) {
      #expect(abs(exact - numeric) < 1e-7 * (1 + abs(exact)))
    }
  }

  @Test("25 nodes are the integral", arguments: ResponseFamily.allCases)
  func integral(family: ResponseFamily) throws {
    let data = GeneralizedData(family)
    let design = data.design(data.structures[0])
    let criterion = try #require(
      QuadratureCriterion(design: design, rows: data.rows, points: 25))
    let x = Self.point(criterion)
    #expect(criterion.evaluate(at: x))
    let fixed = data.rows.fixedPredictor(x[1...])
    let z = design.scaledColumns[0].elements
    var deviance = 0.0
    for (y, m) in zip(data.rows.response, data.rows.sizes) {
      let successes = m * y
      let choices = lgamma(m + 1) - lgamma(successes + 1) - lgamma(m - successes + 1)
      deviance -= 2 * (family == .poisson ? -lgamma(y + 1) : choices)
    }
    for level in 0..<12 {
      // The trapezoidal rule converges faster than any power for such integrands.
      var sum = 0.0
      let step = 0.01
      for k in -1500...1500 {
        let u = Double(k) * step
        var log = -0.5 * u * u
        for row in data.subject.indices where data.subject[row] == level {
          let eta = fixed[row] + x[0] * z[row] * u
          log += data.rows.sizes[row] * (data.rows.response[row] * eta - family.cumulant(eta))
        }
        sum += step * exp(log) / (2 * Double.pi).squareRoot()
      }
      deviance -= 2 * Foundation.log(sum)
    }
    #expect(abs(criterion.value - deviance) < 1e-8 * abs(deviance))
  }

  @Test("nodes integrate polynomials", arguments: [1, 2, 9, 40])
  func polynomials(count: Int) throws {
    let rule = try #require(GaussHermite(count: count))
    for power in 0..<min(2 * count, 20) {
      let sum = zip(rule.nodes, rule.logWeights).reduce(0) {
        $0 + exp($1.1) * pow($1.0, Double(power))
      }
      let exact = power % 2 == 1 ? 0 : tgamma(Double(power + 1) / 2)
      #expect(abs(sum - exact) < 1e-12 * max(1, tgamma(Double(power + 2) / 2)))
    }
  }
}

/// Laplace's approximation with dense matrices; the mode by gradient steps of its own.
private struct DenseLaplace {
  let value: Double

  init(design: StructuredDesign, rows: ResponseRows, x: [Double]) {
    let parameters = StructuredParameters(design: design)
    let n = rows.count
    var columns: [[Double]] = []
    for (index, term) in design.terms.enumerated() {
      let t = parameters.factor(index, of: x)
      let scaled = design.scaledColumns[index] * t
      for level in 0..<term.levelCount {
        for a in 0..<scaled.columns {
          columns.append((0..<n).map { term.levelOfRow[$0] == level ? scaled[$0, a] : 0 })
        }
      }
    }
    let m = Matrix(rows: n, columns: columns)
    let fixed = rows.fixedPredictor(x[parameters.covarianceCount...])
    var u = [Double](repeating: 0, count: m.columns)
    func state(_ u: [Double]) -> (objective: Double, gradient: [Double], a: Matrix) {
      let eta = zip(fixed, m * u).map { $0 + $1 }
      var rest: [Double] = []
      var a = Matrix.identity(m.columns)
      for row in 0..<n {
        let (mean, variance, _) = rows.family.moments(eta[row])
        rest.append(rows.sizes[row] * (rows.response[row] - mean))
        for i in 0..<m.columns {
          for j in 0..<m.columns {
            a[i, j] += rows.sizes[row] * variance * m[row, i] * m[row, j]
          }
        }
      }
      let gradient = zip(u, m.transposed * rest).map { $0 - $1 }
      return (0.5 * dotProduct(u, u) + rows.shortfall(eta), gradient, a)
    }
    var here = state(u)
    for _ in 0..<200 {
      guard let inverse = positiveDefiniteInverse(here.a) else { break }
      let step = inverse * here.gradient
      var share = 1.0
      while share > 1e-9 {
        let next = zip(u, step).map { $0 - share * $1 }
        let there = state(next)
        if there.objective <= here.objective + 1e-13 {
          (u, here) = (next, there)
          break
        }
        share /= 2
      }
      if here.gradient.allSatisfy({ abs($0) < 1e-12 }) { break }
    }
    let values = symmetricEigenvalues(here.a)
    value =
      2 * here.objective + values.reduce(0) { $0 + log($1) } - 2 * rows.logNormaliser
  }
}
