import Foundation
import Testing

@testable import Distributions

@Suite("Normal scores")
struct NormalScoresTests {
  @Test("quantiles are those of R's qnorm")
  func quantiles() {
    // qnorm(c(0.5, 0.975, 0.025, 1e-10, 0.1)), 17 digits; relative 1e-14 of rounding.
    let known: [(Double, Double)] = [
      (0.5, 0), (0.975, 1.959963984540054), (0.025, -1.959963984540054),
      (1e-10, -6.3613409024040562), (0.1, -1.2815515655446004),
    ]
    for (p, z) in known {
      #expect(abs(NormalScores.quantile(p) - z) <= 1e-14 * max(1, abs(z)), "\(p)")
    }
  }

  @Test("put the quantile back to its probability")
  func inverse() {
    for k in 1..<400 {
      let p = Double(k) / 400
      // Half of erfc is the lower tail.
      #expect(abs(0.5 * erfc(-NormalScores.quantile(p) / 2.0.squareRoot()) - p) < 1e-15)
    }
  }

  @Test("follow ranks alone, with mean ranks of ties, and leave missing values missing")
  func scores() {
    let values: [Double] = [3, .nan, -1, 3, 100, 0, .nan, -0.0]
    let scores = NormalScores.scores(values)
    // Ranks by counting: those below, and half of those equal.
    let present = values.filter { !$0.isNaN }
    for (value, score) in zip(values, scores) {
      guard !value.isNaN else {
        #expect(score.isNaN)
        continue
      }
      let below = Double(present.count { $0 < value })
      let equal = Double(present.count { $0 == value })
      let rank = below + (equal + 1) / 2
      // 1 − p is rounded, which a quantile in the middle repeats.
      #expect(abs(score - NormalScores.quantile((rank - 0.5) / Double(present.count))) < 1e-14)
    }
    #expect(scores[0] == scores[3] && scores[5] == scores[7])
    #expect(NormalScores.scores(values.map { exp($0 / 50) })[4] == scores[4])
  }

  @Test("of distinct values are symmetric, of equal values zero, of none none")
  func edges() {
    let scores = NormalScores.scores([5, 1, 4, 2, 3])
    #expect(scores[4] == 0 && scores[0] == -scores[1] && scores[2] == -scores[3])
    #expect(NormalScores.scores([7, 7, 7]) == [0, 0, 0])
    #expect(NormalScores.scores([]).isEmpty)
    #expect(NormalScores.scores([.nan])[0].isNaN)
  }
}
