import Distributions
import Foundation
import Testing

@testable import Association

@Suite("p-values from replicates")
struct ResampledPValueTests {
  /// Draws minima of `tests` uniform p-values.
  private static func value(
    observed: Double, most: Int, tests: Double, seed: UInt64
  ) throws -> ResampledPValue {
    var random = RandomNumbers(seed: seed)
    return try #require(
      ResampledPValue(observed: observed, most: most) { count in
        // 1 − U^(1/M) is the smallest of M.
        (0..<count).map { _ in log(-expm1(log(random.uniform()) / tests)) }
      })
  }

  @Test func `a gene without an effect needs a hundred replicates`() throws {
    let value = try Self.value(observed: log(0.05), most: 1000, tests: 40, seed: 1)
    #expect(value.replicates == 100)
    // The smallest of 40 is below 0.05 in 87 % of replicates: 30 of them come within 30 / 0.87.
    #expect(value.logP > log(0.6) && value.logP <= 0)
    #expect(value.shape1 > 0.6 && value.shape2 > 10)
  }

  @Test func `a small p-value comes from the fitted tail, below what counts can show`() throws {
    let value = try Self.value(observed: log(1e-6), most: 400, tests: 40, seed: 2)
    #expect(value.replicates == 400)
    // Of M = 40 it is 4e-5, e⁻⁸·² of the share fitted; the shape's standard error is 13 %: three of them.
    #expect(abs(value.logP - log(4e-5)) < 3.2)
    let beta = try #require(value.beta)
    #expect(value.logP == beta.logCumulative(log(1e-6)))
  }

  @Test func `the thirtieth exceedance decides and later ones do not count`() throws {
    // Every fourth replicate is as small as the observed one.
    var made = 0
    let value = try #require(
      ResampledPValue(observed: -5, most: 1000) { count in
        (0..<count).map { _ in
          made += 1
          return made % 4 == 0 ? -5 : -1 - 1e-3 * Double(made)
        }
      })
    #expect(value.replicates == 200)
    #expect(value.logP == log(30.0 / 120))
  }

  @Test func `where no distribution can be fitted, counts are what is left`() throws {
    let value = try #require(
      ResampledPValue(observed: -5, most: 50) { count in
        [Double](repeating: -1, count: count)
      })
    #expect(value.logP == log(1.0 / 51) && value.shape1.isNaN && value.beta == nil)
    let missing = try #require(
      ResampledPValue(observed: .nan, most: 50) { _ in
        Issue.record("a replicate"); return nil
      })
    #expect(missing.logP.isNaN && missing.replicates == 0)
    #expect(ResampledPValue(observed: -5, most: 50) { _ in nil } == nil)
  }

  @Test func `the level of ten counts is exact whatever the distribution`() throws {
    // Minima of two kinds, which no beta distribution fits.
    for exceedances in [9, 10, 29] {
      var made = 0
      let value = try #require(
        ResampledPValue(observed: -8, most: 1000) { count in
          (0..<count).map { _ in
            made += 1
            return made % (1000 / exceedances) == 0 && made / (1000 / exceedances) <= exceedances
              ? -9 : made % 2 == 0 ? -1 - 1e-4 * Double(made) : -0.1
          }
        })
      #expect(value.replicates == 1000)
      if exceedances < 10 {
        #expect(value.logP <= log(10.0 / 1001))
      } else {
        #expect(value.logP == log(Double(1 + exceedances) / 1001))
      }
    }
  }

  @Test func `under the null a p-value is below 0.01 and 0.05 as often as it says`() throws {
    var random = RandomNumbers(seed: 9)
    let genes = 4000
    var counts = (0, 0)
    for gene in 0..<genes {
      let observed = log(-expm1(log(random.uniform()) / 40))
      let value = try Self.value(observed: observed, most: 500, tests: 40, seed: UInt64(100 + gene))
      if value.logP <= log(0.01) { counts.0 += 1 }
      if value.logP <= log(0.05) { counts.1 += 1 }
    }
    // Four standard errors of 40 and 200.
    #expect(abs(counts.0 - 40) < 26, "\(counts.0)")
    #expect(abs(counts.1 - 200) < 56, "\(counts.1)")
  }
}
