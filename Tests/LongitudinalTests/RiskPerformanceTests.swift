import Distributions
import Glibc
import Testing

@testable import Longitudinal

@Suite("Measures of risks") struct RiskPerformanceTests {
  @Test func `the area counts pairs and ties by half`() {
    let scores = [0.1, 0.4, 0.4, 0.8, 0.3, 0.4]
    let outcome = [0.0, 1, 0, 1, 0, 0]
    // Of 2 × 4 pairs: 0.4 beats 0.1 and 0.3, ties with two; 0.8 beats four.
    let area = AreaUnderCurve(scores: scores, outcome: outcome, level: 0.95)
    #expect(area.value == 7.0 / 8)
    // Placements 3/4 and 1 of the events; 1, 1, 3/4, 3/4 of the others.
    let events = (0.125 * 0.125 + 0.125 * 0.125) / 1
    let others = 4 * 0.125 * 0.125 / 3
    #expect(abs(area.error - (events / 2 + others / 4).squareRoot()) < 1e-15)
    #expect(area.lower < area.value && area.value < area.upper && area.upper < 1)
  }

  @Test func `an area of all pairs agrees with counting them`() {
    let scores = (0..<60).map { (Double($0) * 1.7).remainder(dividingBy: 2).rounded() }
    let outcome = (0..<60).map { $0 % 3 == 0 ? 1.0 : 0 }
    var sum = 0.0
    for i in 0..<60 where outcome[i] == 1 {
      for k in 0..<60 where outcome[k] == 0 {
        sum += scores[i] > scores[k] ? 1 : scores[i] == scores[k] ? 0.5 : 0
      }
    }
    let area = AreaUnderCurve(scores: scores, outcome: outcome, level: 0.9)
    #expect(abs(area.value - sum / (20 * 40)) < 1e-14)
  }

  @Test func `within groups only their own pairs count`() {
    // In the first group both pairs are right, in the second one of two; across, none would be.
    let scores = [0.9, 0.7, 0.8, 0.3, 0.2, 0.4]
    let outcome = [1.0, 0, 0, 1, 0, 0]
    let area = AreaUnderCurve(
      scores: scores, outcome: outcome, groups: [0, 0, 0, 1, 1, 1], level: 0.95)
    #expect(area.value == 3.0 / 4)
    let pooled = AreaUnderCurve(scores: scores, outcome: outcome, level: 0.95)
    #expect(area.error == pooled.error && pooled.value == 5.0 / 8)
    let one = AreaUnderCurve(
      scores: scores, outcome: outcome, groups: [Int](repeating: 4, count: 6), level: 0.95)
    #expect(one == pooled)
  }

  @Test func `a perfect separation has no interval`() {
    let area = AreaUnderCurve(scores: [1, 2, 3, 4], outcome: [0, 0, 1, 1], level: 0.95)
    #expect(area.value == 1 && area.error == 0)
    #expect(area.lower.isNaN && area.upper.isNaN)
  }

  @Test func `the Brier score is the mean square and is scaled by the prevalence's`() {
    let found = RiskPerformance(
      risks: [0.2, 0.7, .nan, 0.5, 0.4], outcome: [0, 1, 1, 1, .nan], level: 0.95)
    let brier = (0.04 + 0.09 + 0.25) / 3
    #expect(found.subjects == 3 && found.events == 2)
    #expect(abs(found.brier - brier) < 1e-15)
    #expect(abs(found.scaledBrier - (1 - brier / (2.0 / 9))) < 1e-14)
  }

  /// In each of four groups the share of events is the risk at log odds 0.5 + 2 · those of the risk
  /// given, so that the regression meets it exactly.
  @Test func `calibration finds the line that shares lie on`() {
    var risks: [Double] = []
    var outcome: [Double] = []
    for (size, events) in [(10, 1), (10, 3), (10, 6), (10, 9)] {
      let share = Double(events) / Double(size)
      let odds = (log(share / (1 - share)) - 0.5) / 2
      for member in 0..<size {
        risks.append(1 / (1 + exp(-odds)))
        outcome.append(member < events ? 1 : 0)
      }
    }
    let found = RiskPerformance(risks: risks, outcome: outcome, level: 0.95)
    #expect(abs(found.calibrationIntercept - 0.5) < 1e-7)
    #expect(abs(found.calibrationSlope - 2) < 1e-7)
    #expect(found.calibrationSlopeError > 0)
  }

  @Test func `one class has no measures`() {
    let found = RiskPerformance(risks: [0.2, 0.3], outcome: [1, 1], level: 0.95)
    #expect(found.auc.value.isNaN && found.brier.isNaN && found.subjects == 2)
  }

  @Test func `groups hold everyone once in the order of the risk`() {
    let risks = (0..<203).map { (Double($0) * 7.3).remainder(dividingBy: 1) / 2 + 0.5 }
    let outcome = (0..<203).map { $0 % 4 == 0 ? 1.0 : 0 }
    let groups = CalibrationGroup.groups(risks: risks, outcome: outcome)
    #expect(groups.count == 10)
    #expect(groups.reduce(0) { $0 + $1.subjects } == 203)
    #expect(zip(groups, groups.dropFirst()).allSatisfy { $0.highest <= $1.lowest })
    #expect(groups.allSatisfy { (20...21).contains($0.subjects) && $0.lowest <= $0.predicted })
    #expect(CalibrationGroup.groups(risks: [0.1, 0.2], outcome: [0, 1]).count == 2)
    #expect(CalibrationGroup.groups(risks: [0.1], outcome: [1]).isEmpty)
  }

  @Test func `quantiles are those of R's type 6`() {
    let draws = ReplicateDistribution([16, 2, 1, 8, 4])
    #expect(draws.quantile(0.5) == 4)
    #expect(draws.quantile(0.25) == 1.5)
    #expect(draws.quantile(0.01) == 1)
    #expect(draws.quantile(0.99) == 16)
    #expect(ReplicateDistribution([]).quantile(0.5).isNaN)
  }

  /// The normal distribution's own quantiles, shifted and scaled.
  @Test func `replicates of a normal distribution have its error and intervals`() {
    let values = (1...999).map { rank -> Double in
      let p = Double(rank) / 1000
      let z = StudentT.twoSidedQuantile(abs(2 * p - 1), degreesOfFreedom: .infinity)
      return 3 + 0.5 * (p == 0.5 ? 0 : p < 0.5 ? -z : z)
    }
    let draws = ReplicateDistribution(values)
    // Between neighbouring quantiles the interpolation is linear: an error of 1e-4 SDs.
    #expect(abs(draws.standardError - 0.5) < 1e-4)
    let plain = draws.interval(0.95)
    #expect(abs(plain.lower - (3 - 0.98)) < 1e-4 && abs(plain.upper - (3 + 0.98)) < 1e-4)
    let same = draws.biasCorrected(about: 3, level: 0.95)
    #expect(abs(same.lower - plain.lower) < 1e-9 && abs(same.upper - plain.upper) < 1e-9)
    // An estimate half an SD above the median moves both ends by a whole one.
    let moved = draws.biasCorrected(about: 3.25, level: 0.8)
    let half = 0.5 * StudentT.twoSidedQuantile(0.8, degreesOfFreedom: .infinity)
    #expect(abs(moved.lower - (3.5 - half)) < 2e-3 && abs(moved.upper - (3.5 + half)) < 2e-3)
    #expect(draws.biasCorrected(about: 99, level: 0.95).upper == values[998])
  }

  @Test func `lists of predictors are read with commas within parentheses`() throws {
    let found = try #require(
      RiskPredictor.list("slope, slope@2, level@-1.5, exceed:7@3, exceed:<2@1, blup:poly(t, 2)1"))
    #expect(
      found.map(\.kind) == [
        .slope(nil), .slope(2), .level(-1.5), .exceed(try #require(Threshold("7")), 3),
        .exceed(try #require(Threshold("<2")), 1), .effect("poly(t, 2)1"),
      ])
    for wrong in ["", "slope,", "level", "level@x", "slope@", "exceed:@3", "blup:", "slope,slope"] {
      #expect(RiskPredictor.list(wrong) == nil, "\(wrong)")
    }
  }
}
