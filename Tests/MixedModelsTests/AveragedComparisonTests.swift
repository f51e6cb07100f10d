import MixedModels
import Testing

/// Comparisons with averages against plain loops over the rows.
@Suite("Averages per subject and condition") struct AveragedComparisonTests {
  private struct Row {
    var subject: Int, condition: Int, x: Double, y: Double
  }

  /// Unbalanced trials of 12 subjects; one lacks a condition.
  private static let rows: [Row] = {
    var random = TestRandom(seed: 4)
    var rows: [Row] = []
    for subject in 0..<12 {
      let (level, slope) = (5 * random.normal(), 2 * random.normal())
      for condition in 0..<2 where subject != 7 || condition == 0 {
        for trial in 0..<(4 + 5 * (subject % 4) + 3 * condition) {
          let x = Double(trial % 5 + condition)
          let y =
            30 + level + (3 + slope) * Double(condition) - 0.5 * x
            + (2 + Double(condition)) * random.normal()
          rows.append(Row(subject: subject, condition: condition, x: x, y: y))
        }
      }
    }
    return rows
  }()

  private static func fit() throws -> LinearMixedFit {
    var options = LinearModelOptions()
    options.residual = [.by("condition")]
    let frame = ModelFrame(
      rowCount: rows.count,
      columns: [
        "y": .numeric(rows.map(\.y)), "x": .numeric(rows.map(\.x)),
        "subject": .text(rows.map { "s\($0.subject + 10)" }),
        "condition": .text(rows.map { $0.condition == 0 ? "a" : "b" }),
      ])
    return try LinearMixedModel(
      try Formula("y ~ condition + x + (1 + condition | subject)"), frame: frame, options: options
    ).fit()
  }

  /// The mean over subjects with both conditions of the differences of means.
  private static func difference(_ values: [Double]) -> Double {
    var sum = 0.0
    let subjects = (0..<12).filter { $0 != 7 }
    for subject in subjects {
      let means = (0..<2).map { condition in
        let own = rows.indices.filter {
          rows[$0].subject == subject && rows[$0].condition == condition
        }
        return own.reduce(0) { $0 + values[$1] } / Double(own.count)
      }
      sum += means[1] - means[0]
    }
    return sum / Double(subjects.count)
  }

  @Test("their difference from the model's is what the covariate, slopes and residuals leave")
  func shares() throws {
    let fit = try Self.fit()
    let found = try #require(try fit.averagedComparisons(AveragedRequest()).first)
    #expect(found.subjectCount == 11 && found.droppedSubjects == 1)
    #expect(abs(found.paired.estimate - Self.difference(Self.rows.map(\.y))) < 1e-12)
    let coefficient = fit.fixedEffects[2].estimate
    let shift = Self.difference(Self.rows.map(\.x))
    let share = try #require(found.contributions.first { $0.term == "x" })
    #expect(abs(share.value - coefficient * shift) < 1e-11)
    // The rest: what fitted values have of the subjects' own slopes, and what the fit leaves.
    let slopes = fit.randomEffects.filter { $0.term == "conditionb" && $0.level != "s17" }
    let rest = zip(Self.rows, fit.conditionalMeans).map { $0.y - $1 }
    let wanted =
      slopes.reduce(0) { $0 + $1.estimate } / Double(slopes.count) + Self.difference(rest)
    #expect(slopes.count == 11)
    #expect(abs(found.weightingShare - wanted) < 1e-10)
    #expect(abs(found.weightingShare) > 1e-3)
    #expect(found.contributions.filter { $0.term != "x" }.allSatisfy { abs($0.value) < 1e-11 })
  }

  @Test("the variance of a subject's difference is the slope's and that of its trials")
  func variances() throws {
    let fit = try Self.fit()
    let found = try #require(try fit.averagedComparisons(AveragedRequest()).first)
    let slope = try #require(
      fit.varianceComponents.first { $0.first == "conditionb" && $0.second == nil })
    let ratio = try #require(fit.residualParameters.first).estimate
    let (a, b) = (fit.residualDeviation, fit.residualDeviation * ratio)
    let noise = (0..<12).filter { $0 != 7 }.map { subject in
      let count = Double(4 + 5 * (subject % 4))
      return a * a / count + b * b / (count + 3)
    }
    #expect(abs(found.betweenVariance.lower - slope.covariance) < 1e-9)
    #expect(abs(found.betweenVariance.upper - slope.covariance) < 1e-9)
    #expect(abs(found.noiseVariance.lower - (noise.min() ?? .nan)) < 1e-9)
    #expect(abs(found.noiseVariance.upper - (noise.max() ?? .nan)) < 1e-9)
    let mean = noise.reduce(0) { $0 + $1 + slope.covariance } / 121
    #expect(abs(found.modelStandardError - mean.squareRoot()) < 1e-9)
    // The best weights are no worse than equal ones.
    #expect(found.equalWeightLoss > 1)
    #expect(found.hasRandomSlope && found.hasOwnDeviations && !found.isSerial)
  }

  @Test("names of no condition and no grouping factor are refused")
  func names() throws {
    let fit = try Self.fit()
    #expect(throws: ModelError.self) {
      try fit.averagedComparisons(AveragedRequest(condition: "x"))
    }
    #expect(throws: ModelError.self) {
      try fit.averagedComparisons(AveragedRequest(subject: "condition"))
    }
  }
}
