import Foundation
import Testing

@testable import Distributions

@Suite("Beta distributions")
struct BetaDistributionTests {
  /// Smallest of `tests` uniform numbers, `count` times.
  private static func minima(seed: UInt64, tests: Int, count: Int) -> [Double] {
    var random = RandomNumbers(seed: seed)
    return (0..<count).map { _ in
      log((0..<tests).map { _ in random.uniform() }.min() ?? 1)
    }
  }

  @Test(arguments: [1, 3, 40, 900])
  func `maximum likelihood finds no worse a point than a fine grid around it`(_ tests: Int) throws {
    let logs = Self.minima(seed: UInt64(tests), tests: tests, count: 400)
    let fitted = try #require(BetaDistribution(logValues: logs))
    func likelihood(_ a: Double, _ b: Double) -> Double {
      let constant = lgamma(a + b) - lgamma(a) - lgamma(b)
      return logs.reduce(0) { $0 + (a - 1) * $1 + (b - 1) * log1p(-exp($1)) + constant }
    }
    let best = likelihood(fitted.shape1, fitted.shape2)
    var grid: (value: Double, a: Double, b: Double) = (-.infinity, 0, 0)
    for i in -100...100 {
      for j in -100...100 {
        let a = fitted.shape1 * exp(0.005 * Double(i))
        let b = fitted.shape2 * exp(0.005 * Double(j))
        let value = likelihood(a, b)
        if value > grid.value { grid = (value, a, b) }
      }
    }
    // lgamma of large shapes loses digits.
    #expect(best >= grid.value - 1e-6)
    // The grid's own best point is the middle one.
    #expect(abs(log(grid.a / fitted.shape1)) < 0.0051 && abs(log(grid.b / fitted.shape2)) < 0.0051)
    // Standard errors are about 6 and 12 %.
    #expect(abs(fitted.shape1 - 1) < 0.25 && abs(log(fitted.shape2 / Double(tests))) < 0.5)
  }

  @Test(arguments: [50, 120, 300])
  func `a fit to the tail finds no worse a point than a fine grid around it`(_ tail: Int) throws {
    let logs = Self.minima(seed: 8, tests: 60, count: 400).sorted()
    let fitted = try #require(BetaDistribution(logValues: logs.shuffled(), tail: tail))
    let bound = 0.5 * (logs[tail - 1] + logs[tail])
    func likelihood(_ a: Double, _ b: Double) -> Double {
      let constant = lgamma(a + b) - lgamma(a) - lgamma(b)
      let beyond = -expm1(BetaDistribution(shape1: a, shape2: b).logCumulative(bound))
      return logs.prefix(tail).reduce(0) {
        $0 + (a - 1) * $1 + (b - 1) * log1p(-exp($1)) + constant
      } + Double(400 - tail) * log(beyond)
    }
    let best = likelihood(fitted.shape1, fitted.shape2)
    var largest = -Double.infinity
    for i in -60...60 {
      for j in -60...60 {
        largest = max(
          largest,
          likelihood(fitted.shape1 * exp(0.01 * Double(i)), fitted.shape2 * exp(0.01 * Double(j))))
      }
    }
    #expect(best >= largest - 1e-6)
    // The distribution says of the tail what was seen of it: the level is free.
    let share = exp(fitted.logCumulative(bound))
    #expect(abs(share - Double(tail) / 400) < 0.02)
    // Three standard errors.
    #expect(abs(fitted.shape1 - 1) < 3 / Double(tail).squareRoot())
  }

  @Test func `a tail of all values is a fit to all`() throws {
    let logs = Self.minima(seed: 9, tests: 30, count: 60)
    let whole = try #require(BetaDistribution(logValues: logs.sorted()))
    #expect(BetaDistribution(logValues: logs, tail: 60) == whole)
    #expect(BetaDistribution(logValues: [Double](repeating: -1, count: 50), tail: 20) == nil)
  }

  @Test func `closed forms of the cumulative probability hold far below the double range`() {
    for shape2 in [1.0, 7, 3000] {
      // I_x(1, b) = 1 − (1 − x)^b.
      let beta = BetaDistribution(shape1: 1, shape2: shape2)
      for logX in [-0.1, -3, -20, -600] {
        let expected = log(-expm1(shape2 * log1p(-exp(logX))))
        #expect(abs(beta.logCumulative(logX) - expected) < 1e-11 * max(1, abs(expected)))
      }
      #expect(abs(beta.logCumulative(-2000) - (-2000 + log(shape2))) < 1e-9)
      #expect(beta.logCumulative(0) == 0)
    }
  }

  @Test func `quantiles invert the cumulative probability`() {
    let beta = BetaDistribution(shape1: 0.93, shape2: 412)
    for p in [1e-9, 1e-3, 0.05, 0.5, 0.999] {
      #expect(abs(beta.logCumulative(log(beta.quantile(p))) - log(p)) < 1e-9)
    }
    #expect(beta.quantile(0) == 0 && beta.quantile(1) == 1 && beta.quantile(.nan).isNaN)
  }

  @Test func `too few values and values without variation have no fit`() {
    #expect(BetaDistribution(logValues: [Double](repeating: -1, count: 50)) == nil)
    #expect(BetaDistribution(logValues: [-1, -2, -3]) == nil)
    #expect(BetaDistribution(logValues: (0..<20).map { -0.1 * Double($0 + 1) } + [.nan]) != nil)
  }
}
