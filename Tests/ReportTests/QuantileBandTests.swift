import Distributions
import Foundation
import Plots
import Testing

@testable import Report

/// The grey band of QQ plots.
@Suite struct QuantileBandTests {
  /// Limits at a place, between the band's own.
  private static func limits(_ band: QQPlot.Band, at x: Double) -> (Double, Double)? {
    guard let above = band.expected.firstIndex(where: { $0 >= x - 1e-12 }) else { return nil }
    guard above > 0, band.expected[above] > x + 1e-12 else {
      return (band.lower[above], band.upper[above])
    }
    let (left, right) = (band.expected[above - 1], band.expected[above])
    let share = (x - left) / (right - left)
    func between(_ values: [Double]) -> Double {
      values[above - 1] + share * (values[above] - values[above - 1])
    }
    return (between(band.lower), between(band.upper))
  }

  @Test(
    "the band reaches the last dot of the largest class, and is the smallest's where that has dots")
  func reach() throws {
    let band = try #require(QuantileBand(counts: [1000, 10, 0, 80]).band)
    #expect(band.expected == band.expected.sorted())
    #expect(abs((band.expected.last ?? 0) + log10(0.5 / 1000)) < 1e-12)
    for rank in 1...3 {
      let x = -log10((Double(rank) - 0.5) / 10)
      let shape = BetaDistribution(shape1: Double(rank), shape2: Double(11 - rank))
      let limits = try #require(Self.limits(band, at: x))
      #expect(abs(limits.0 + log10(shape.quantile(0.975))) < 1e-12)
      #expect(abs(limits.1 + log10(shape.quantile(0.025))) < 1e-12)
    }
    #expect(QuantileBand(counts: [0]).band == nil)
    #expect(QuantileBand(counts: []).band == nil)
  }

  @Test("of every class, every rank lies inside with a probability of about 95 % or more")
  func coverage() throws {
    let classes = [40, 300, 2000]
    let band = try #require(QuantileBand(counts: classes).band)
    for count in classes {
      for rank in Array(1...20) + [count / 2, count] {
        let x = -log10((Double(rank) - 0.5) / Double(count))
        let (lower, upper) = try #require(Self.limits(band, at: x))
        let shape = BetaDistribution(shape1: Double(rank), shape2: Double(count - rank + 1))
        // The place of a quantile, by bisection of its own definition.
        func below(_ p: Double) -> Double {
          var (low, high) = (0.0, 1.0)
          for _ in 0..<60 {
            let middle = 0.5 * (low + high)
            if shape.quantile(middle) < p { low = middle } else { high = middle }
          }
          return low
        }
        let probability = below(pow(10, -lower)) - below(pow(10, -upper))
        // Straight lines between ranks, and the step from one class to the next, take a little.
        #expect(probability > 0.92, "\(rank) of \(count)")
      }
    }
  }
}
